import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal } from '#src/lab/journal.js';
import { goodRun } from './fake-engine.js';
import { emptyFolder } from './folder.js';
import { THREE } from './plans.js';

const folder = emptyFolder();
const STARTED = '2026-01-02T03:04:05.678Z';
const [FIRST, SECOND] = [1, 2].map(round => ({
  seconds: 1.5,
  run: goodRun({ cell: THREE[0]!, round }, { faults: ['Zeilenumbruch\n, 줄바꿈'] }),
}));

/** A journal with a start and two runs. */
function journal(name: string): { path: string; journal: Journal } {
  const path = join(folder, name);
  const written = new Journal(path);
  written.append({ started: STARTED });
  written.append(FIRST!);
  written.append(SECOND!);
  return { path, journal: written };
}

const never = () => expect.unreachable('nothing is torn');

test('what was written is read', () => {
  const { journal: written } = journal('whole.jsonl');
  expect(written.read(never)).toEqual({ starts: [STARTED], done: [FIRST, SECOND] });
});

test('without a file nothing was done', () => {
  expect(new Journal(join(folder, 'none.jsonl')).read(never)).toEqual({ starts: [], done: [] });
});

test('a last line that was cut off anywhere is taken away, and the next one goes in its place', () => {
  const { path } = journal('cut.jsonl');
  const bytes = readFileSync(path);
  const last = bytes.subarray(0, -1).lastIndexOf('\n') + 1;
  for (let length = last + 1; length < bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    const cut = new Journal(path);
    let torn = 0;
    expect(cut.read(() => torn++)).toEqual({ starts: [STARTED], done: [FIRST] });
    expect(torn).toBe(1);
    cut.append(SECOND!);
    expect(readFileSync(path)).toEqual(bytes);
  }
});

test.each(['{}', 'nonsense', '{"seconds":1}', '', '{"started":"today"}'])(
  'a line %j is refused, by its number',
  line => {
    const { path, journal: damaged } = journal(`damaged ${line.length}.jsonl`);
    appendFileSync(path, `${line}\n`);
    damaged.append(SECOND!);
    expect(() => damaged.read(never)).toThrow(
      `Line 4 of '${path}' is no run of the lab. Delete the line, and the lab does that run again.`,
    );
  },
);
