import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { results, runsAt, unverifiedRun } from '../lab/build-results.js';
import { emptyFolder } from '../lab/folder.js';
import { type Outcome, ringmq } from './ringmq.js';

const FAST = runsAt([100, 101, 102, 103, 104]);
const SLOW = runsAt([90, 91, 92, 93, 94]);

const folder = emptyFolder();
const file = (name: string): string => join(folder, `${name}.json`);

for (const [name, content] of Object.entries({
  fast: results(FAST),
  slow: results(SLOW),
  'fast-unverified': results([...FAST, unverifiedRun(6)]),
  'few-runs': results(SLOW.slice(0, 4)),
  other: results(runsAt([1, 2, 3, 4, 5], { body: 64 })),
  newer: { ...results(FAST), version: 2 },
})) {
  writeFileSync(file(name), JSON.stringify(content));
}

function compare(a: string, b: string, ...options: string[]): Promise<Outcome> {
  return ringmq('lab', 'compare', file(a), file(b), ...options);
}

test.each([
  ['fast', 'fast', '0', 0, 'nothing changed'],
  ['slow', 'fast', '0', 0, 'B is faster'],
  ['fast', 'slow', '0', 1, 'B is slower'],
  ['fast', 'slow', '5.5', 1, 'B is slower by more than is tolerated'],
  ['fast', 'slow', '15', 0, 'B is slower, and that is tolerated'],
  ['fast', 'few-runs', '0', 0, 'B seems slower, but there are too few runs'],
  ['slow', 'fast-unverified', '0', 1, 'B is faster, and a run of it was not verified'],
  ['fast-unverified', 'fast', '0', 0, 'a run of A was not verified'],
])('%s to %s, tolerance %s: exit code %d, %s', async (a, b, tolerance, code) => {
  expect(await compare(a, b, '--tolerance', tolerance)).toMatchObject({ code, stderr: '' });
});

test('the comparison is printed, and written if that is asked for', async () => {
  const { stdout } = await compare('fast', 'slow', '--json', file('comparison'));
  expect(stdout).toMatch(/\n0 faster, 1 slower, 0 undecided, 0 only in A, 0 only in B\n$/);
  expect(JSON.parse(readFileSync(file('comparison'), 'utf8')).counts.slower).toBe(1);
});

test.each([
  [['FOLDER/fast.json'], "missing required argument 'B'"],
  [['FOLDER/fast.json', 'FOLDER/fast.json', 'now'], 'too many arguments'],
  [['FOLDER/fast.json', 'FOLDER/none.json'], "none.json' cannot be read: no such file or directory."],
  [['FOLDER/newer.json', 'FOLDER/fast.json'], "newer.json' has version 2 of the results format"],
  [
    ['FOLDER/fast.json', 'FOLDER/other.json'],
    "other.json' have no cell in common: there is nothing to compare.",
  ],
  [['FOLDER/fast.json', 'FOLDER/slow.json', '--tolerance', '5%'], 'It must be a number from 0 to 100.'],
  [['FOLDER/fast.json', 'FOLDER/slow.json', '--tolerance', '101'], 'It must be a number from 0 to 100.'],
  [['FOLDER/fast.json', 'FOLDER/slow.json', '--json', 'FOLDER'], 'cannot be written: it is a directory.'],
])('%j is refused in one line, with exit code 2', async (args, message) => {
  const paths = args.map(arg => arg.replace('FOLDER', folder));
  const { code, stdout, stderr } = await ringmq('lab', 'compare', ...paths);
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('--help says how often a verdict is false', async () => {
  const { code, stdout } = await ringmq('lab', 'compare', '--help');
  expect(code).toBe(0);
  expect(stdout).toContain('1 of 63');
});
