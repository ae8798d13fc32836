import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InvalidArgumentError } from '#src/errors.js';
import { readResults } from '#src/lab/read-results.js';
import { results, runsAt, runsWithLatency } from './build-results.js';
import { emptyFolder } from './folder.js';

const GOOD = results([...runsAt([100, 200]), ...runsWithLatency([3])]);

const folder = emptyFolder();

function written(text: string): string {
  const path = join(folder, 'results.json');
  writeFileSync(path, text);
  return path;
}

/** What reading the file fails with. */
function refusal(path: string): string {
  try {
    readResults(path);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return (error as Error).message;
  }
  return 'read';
}

test('what the lab wrote is read', () => {
  expect(readResults(written(JSON.stringify(GOOD)))).toEqual(GOOD);
});

test.each([
  [
    'another file',
    { name: 'ringmq' },
    `' is no results file of the lab: its "format" is missing, not "ringmq-lab"`,
  ],
  ['a list', [1, 2], 'its "format" is missing'],
  ['null', null, 'its "format" is missing'],
  [
    'another format',
    { ...GOOD, format: 'x'.repeat(100) },
    `its "format" is "${'x'.repeat(39)}…, not "ringmq-lab"`,
  ],
  [
    'a later version',
    { ...GOOD, version: 2 },
    `' has version 2 of the results format, and this is a reader of version 1.`,
  ],
  ['no version', { ...GOOD, version: undefined }, `' has version missing`],
  [
    'a figure of the wrong type',
    change(GOOD, 'throughput', '100'),
    'at runs[0].throughput: Invalid input: expected number, received string',
  ],
  [
    'a field that is missing',
    change(GOOD, 'round', undefined),
    'at runs[0].round: Invalid input: expected number, received undefined',
  ],
  [
    'a cell that cannot be',
    change(GOOD, 'cell', { ...GOOD.runs[0]!.cell, lock: 'mcs' }),
    'at runs[0].cell.lock: It goes with the design shared-locked',
  ],
  ['a field that is unknown', { ...GOOD, speed: 3 }, `at the top: Unrecognized key: "speed"`],
])('%s is refused in one line that says what is wrong', (_, json, message) => {
  const path = written(JSON.stringify(json));
  expect(refusal(path)).toContain(message);
  expect(refusal(path)).toContain(`'${path}`);
  expect(refusal(path)).not.toContain('\n');
});

test('what is not JSON is refused in one line, even if it has several', () => {
  for (const text of [
    '',
    'one\ntwo\n',
    '{\n  "format": "ringmq-lab",\n',
    JSON.stringify(GOOD).slice(0, -5),
  ]) {
    expect(refusal(written(text))).toMatch(/results\.json' is not JSON: [^\n]+\.$/);
  }
});

test('a file that is not there, and a folder', () => {
  expect(refusal(join(folder, 'none.json'))).toBe(
    `'${folder}/none.json' cannot be read: no such file or directory.`,
  );
  expect(refusal(folder)).toContain(`'${folder}' cannot be read: illegal operation on a directory`);
});

/** With another value in the first run. */
function change(from: typeof GOOD, field: string, value: unknown): unknown {
  const [first, ...others] = from.runs;
  return { ...from, runs: [{ ...first, [field]: value }, ...others] };
}
