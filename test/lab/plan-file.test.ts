import { describe, expect, test } from 'vitest';
import { cellsOfFile } from '#src/lab/plan-file.js';
import { cellOf } from '#src/lab/vary.js';

const cellsOf = (plan: unknown) => cellsOfFile(JSON.stringify(plan));

test('cells that are written out', () => {
  expect(
    cellsOf({ cells: [{}, { design: 'shared-locked' }, { design: 'shared-locked', lock: 'mcs' }] }),
  ).toEqual([
    cellOf({}),
    cellOf({ design: 'shared-locked', lock: 'futex' }),
    cellOf({ design: 'shared-locked', lock: 'mcs' }),
  ]);
});

test('settings that are varied', () => {
  expect(cellsOf({ base: { body: 64 }, vary: { producers: [1, 2], rate: [null, 100] } })).toEqual([
    cellOf({ body: 64, producers: 1 }),
    cellOf({ body: 64, producers: 1, rate: 100 }),
    cellOf({ body: 64, producers: 2 }),
    cellOf({ body: 64, producers: 2, rate: 100 }),
  ]);
});

test('both, each cell once; the base is under all of them', () => {
  const plan = {
    $schema: 'plan.schema.json',
    base: { work: 500 },
    cells: [{ producers: 2 }, { work: 0 }],
    vary: { producers: [1, 2] },
  };
  expect(cellsOf(plan)).toEqual([
    cellOf({ work: 500, producers: 2 }),
    cellOf({ work: 0 }),
    cellOf({ work: 500, producers: 1 }),
  ]);
});

describe('what is wrong is said, and where', () => {
  test.each([
    ['', /^It is not JSON: /],
    ['{\n"cells": [\n{]\n}', /^It is not JSON: [^\n]*$/],
    ['[]', /^Invalid input: expected object, received array$/],
    ['{}', /^It needs "cells", "vary" or both\.$/],
    ['{"base": {"body": 64}}', /^It needs "cells", "vary" or both\.$/],
    ['{"cells": []}', /^cells: Too small/],
    ['{"cell": [{}]}', /^Unrecognized key: "cell"$/],
    ['{"cells": [{}, {"bodies": 1}]}', /^cells\[1\]: Unrecognized key: "bodies"$/],
    ['{"cells": [{"body": 33}]}', /^cells\[0\]\.body: Invalid number: must be a multiple of 8$/],
    ['{"cells": [{"body": "64"}]}', /^cells\[0\]\.body: Invalid input: expected number, received string$/],
    ['{"cells": [{"ring": 100000}]}', /^cells\[0\]\.ring: It must be a power of two\.$/],
    ['{"cells": [{"design": "mailbox"}]}', /^cells\[0\]\.design: Invalid option: expected one of "queue-per/],
    [
      '{"cells": [{"lock": "spin"}]}',
      /^cells\[0\]: It goes with the design shared-locked, and only with it\.$/,
    ],
    ['{"vary": {"producers": 2}}', /^vary\.producers: Invalid input: expected array, received number$/],
    ['{"vary": {"producers": []}}', /^vary\.producers: Too small/],
    ['{"vary": {"producers": [1, 65]}}', /^vary\.producers\[1\]: Too big: expected number to be <=64$/],
    [
      '{"vary": {"routed": [true], "design": ["shared-locked"], "lock": ["mcs"]}}',
      /^vary \(shared-locked \(mcs\), .*\): The broker has only the futex mutex/,
    ],
  ])('%s', (text, message) => {
    expect(() => cellsOfFile(text)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    );
  });

  test('cells that cannot run here', () => {
    const refused = () => 'Not here.';
    expect(() => cellsOfFile('{"cells": [{}]}', refused)).toThrow(/^cells\[0\]: Not here\.$/);
  });
});
