import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { equivalenceComments, findEquivalents } from '#proof/mutants/equivalents.js';
import { findMutants } from '#proof/mutants/find-mutants.js';
import type { Mutant, Operator } from '#proof/mutants/mutant.js';

describe('comments', () => {
  test('at the end of the line that they are about', () => {
    expect(equivalenceComments('a();\nb(); // mutant drop: equivalent, nobody looks')).toEqual([
      { line: 2, about: 2, operators: ['drop'], reason: 'nobody looks' },
    ]);
  });

  test('on lines before it, several, with reasons of several lines', () => {
    const source = [
      '  // pairs with the load in sleep()',
      '  // mutant drop-true, weaken: equivalent, the compare-exchange',
      '  // looks again',
      '  // mutant swap-after: equivalent, nobody looks',
      '  b();',
    ];
    expect(equivalenceComments(source.join('\n'))).toEqual([
      { line: 2, about: 5, operators: ['drop-true', 'weaken'], reason: 'the compare-exchange looks again' },
      { line: 4, about: 5, operators: ['swap-after'], reason: 'nobody looks' },
    ]);
  });

  test.each([
    '// mutant drop equivalent, so',
    '// mutants drop: equivalent, so',
    '// mutant drop: equivalent',
  ])('that are not well formed: %s', comment => {
    expect(() => equivalenceComments(`\n${comment}\na();`)).toThrow(/^Line 2 cannot be read/);
  });
});

describe('comments and mutants', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'equivalents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function equivalents(source: string, ...mutants: [string, Operator, number][]) {
    const file = join(folder, 'bell.ts');
    writeFileSync(file, source);
    const all = mutants.map(([id, operator, line]) => ({ id, operator, source: { file, line } }) as Mutant);
    return findEquivalents([pathToFileURL(`${folder}/`)], all);
  }

  test('a reason belongs to the mutants of its operators and line', () => {
    const { reasons, faults } = equivalents(
      '// mutant drop, weaken: equivalent, so\na();\na();',
      ['1', 'drop', 2],
      ['2', 'weaken', 2],
      ['3', 'swap-after', 2],
      ['4', 'drop', 3],
    );
    expect([...reasons]).toEqual([
      ['1', 'so'],
      ['2', 'so'],
    ]);
    expect(faults).toEqual([]);
  });

  test('a comment about no mutant is a fault', () => {
    const { reasons, faults } = equivalents('// mutant drop, weaken: equivalent, so\na();', ['1', 'drop', 2]);
    expect([...reasons.keys()]).toEqual(['1']);
    expect(faults).toEqual([expect.stringMatching(/^bell\.ts:1 calls "weaken" equivalent, but line 2/)]);
  });
});

test('every comment in src/memory and src/queues is about a mutant', () => {
  const folders = ['memory/', 'queues/'].map(name => new URL(`../../src/${name}`, import.meta.url));
  expect(findEquivalents(folders, findMutants()).faults).toEqual([]);
});
