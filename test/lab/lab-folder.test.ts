import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LabFolder } from '#src/lab/lab-folder.js';
import { makeResults } from '#src/lab/laboratory.js';
import { FakeLab } from './fake-engine.js';
import { emptyFolder } from './folder.js';
import { MACHINE, planOf, THREE } from './plans.js';

const root = emptyFolder();
const PLAN = planOf(THREE);
const HERE = { ringmq: PLAN.ringmq, machine: MACHINE };

function folderOf(name: string, ...files: string[]): LabFolder {
  const path = join(root, name);
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), 'mine');
  return new LabFolder(path);
}

const results = async () => makeResults(PLAN, ['2026-01-02T03:04:05.678Z'], await new FakeLab().run(PLAN));

test('a folder is made, and its plan is there again', () => {
  const folder = new LabFolder(join(root, 'deep', 'er'));
  folder.begin(PLAN, false);
  expect(folder.reopen(HERE)).toEqual(PLAN);
});

test('other files are left alone, even where the lab overwrites', async () => {
  const folder = folderOf('others', 'notes.md', 'runs.csv');
  folder.begin(PLAN, false);
  folder.journal.append({ started: '2026-01-02T03:04:05.678Z' });
  folder.writeResults(await results());
  folder.writeReport('report', 'summary');
  folder.begin(planOf(THREE, { seed: 8 }), true);
  expect(readdirSync(folder.path).sort()).toEqual(['notes.md', 'plan.json', 'runs.csv']);
  expect(readFileSync(join(folder.path, 'notes.md'), 'utf8')).toBe('mine');
  expect(folder.reopen(HERE).seed).toBe(8);
});

test('results are JSON, with a run in each line', async () => {
  const folder = folderOf('results');
  const written = await results();
  folder.writeResults(written);
  const text = readFileSync(folder.file('results'), 'utf8');
  expect(JSON.parse(text)).toEqual(written);
  const lines = text.split('\n').filter(line => line.includes('"round":'));
  expect(lines).toHaveLength(written.runs.length);
});

test('results that are not what the schema says are not written', async () => {
  const folder = folderOf('wrong');
  expect(() => folder.writeResults({ ...PLAN, runs: [] } as never)).toThrow();
  expect(readdirSync(folder.path)).toEqual([]);
});

describe('a folder that is taken is refused', () => {
  test.each(['plan.json', 'runs.jsonl', 'results.json', 'report.html', 'summary.md'])('by %s', file => {
    const folder = folderOf(`taken by ${file}`, file);
    expect(() => folder.begin(PLAN, false)).toThrow(/^There is an? .* '.*taken by .*'.*--overwrite\.$/);
    expect(readFileSync(join(folder.path, file), 'utf8')).toBe('mine');
  });

  test('by a lab that is not done: it can be continued', () => {
    const folder = folderOf('unfinished');
    folder.begin(PLAN, false);
    expect(() => folder.begin(PLAN, false)).toThrow(
      `There is an unfinished lab in '${folder.path}'. Continue it: ringmq lab resume ${folder.path}. ` +
        'Or begin it anew with --overwrite.',
    );
  });
});

describe('what cannot be continued is refused', () => {
  test('nothing', () => {
    const folder = folderOf('empty');
    expect(() => folder.reopen(HERE)).toThrow(
      `There is no lab in '${folder.path}'. Start one: ringmq lab PRESET --out ${folder.path}`,
    );
  });

  test('a lab that is done', async () => {
    const folder = folderOf('done');
    folder.begin(PLAN, false);
    folder.writeResults(await results());
    expect(() => folder.reopen(HERE)).toThrow(
      `The lab in '${folder.path}' is done. To write its report again: ringmq lab report ${folder.file('results')}`,
    );
  });

  test('a plan of something else', () => {
    expect(() => folderOf('foreign', 'plan.json').reopen(HERE)).toThrow(
      /is no plan that this version of the lab/,
    );
  });

  test.each([
    [{ ...HERE, ringmq: '2.0.0' }, 'ringmq was 1.2.3 and is 2.0.0'],
    [
      { ...HERE, machine: { ...MACHINE, node: 'v24.1.0', v8: '13' } },
      'node was v20.20.0 and is v24.1.0, v8 was 11.3 and is 13',
    ],
    [{ ...HERE, machine: { ...MACHINE, cores: 4 } }, 'cores was 2 and is 4'],
  ])('elsewhere %#', (here, difference) => {
    const folder = new LabFolder(join(root, difference.slice(0, 5)));
    folder.begin(PLAN, true);
    expect(() => folder.reopen(here)).toThrow(
      `The lab in '${folder.path}' cannot be continued here: ${difference}. ` +
        'Continue it where it was begun, or begin another one.',
    );
  });
});
