import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { machine } from '../../src/comparison/report.js';
import { runInFreshProcess } from '../fresh-process.js';
import { namesAmong, parseCount } from '../options.js';
import { replacePart } from './document.js';
import type { Figure } from './suite.js';
import { loadSuite, SUITE_NAMES } from './suites.js';
import { type SuiteSummary, summarize } from './summary.js';
import { renderMachine, renderSuite } from './table.js';

const MEASURE_STEP = new URL('./measure-step.js', import.meta.url).href;

const program = new Command('bench:micro')
  .description(
    'Measures single steps of RingMQ and of its rivals: interleaved, each step in a process of its own. See docs/lab/micro.md.',
  )
  .option(
    '--only <suites>',
    `the suites to measure, separated by commas: ${SUITE_NAMES.join(', ')}`,
    namesAmong('suite', SUITE_NAMES),
  )
  .option('--runs <count>', 'runs of each step', parseCount, 5)
  .option('--milliseconds <count>', 'how long a run measures a step, about', parseCount, 100)
  .option('--json <file>', 'writes the figures to this file')
  .option(
    '--write <file>',
    'writes the tables into this document, between the comments that name their suites',
  )
  .parse();

interface Options {
  only?: string[];
  runs: number;
  milliseconds: number;
  json?: string;
  write?: string;
}

const { only, runs, milliseconds, json, write } = program.opts<Options>();
if (only !== undefined && write !== undefined) {
  program.error(
    'error: --write needs all suites, because a document has one machine and one time. Leave out --only.',
  );
}

const summaries = await measureAll(only ?? SUITE_NAMES);
const where = renderMachine(machine(), runs);
console.log(where);
for (const suite of summaries) console.log(`\n${suite.name}: ${suite.title}\n\n${renderSuite(suite)}`);
if (json !== undefined) {
  await writeFile(
    json,
    `${JSON.stringify({ machine: machine(), runs, milliseconds, suites: summaries }, null, 2)}\n`,
  );
}
if (write !== undefined) {
  let document = replacePart(await readFile(write, 'utf8'), 'machine', where);
  for (const suite of summaries) document = replacePart(document, suite.name, renderSuite(suite));
  await writeFile(write, document);
}

/** Round by round, so that a machine that slows down slows every step alike. */
async function measureAll(names: readonly string[]): Promise<SuiteSummary[]> {
  const suites = await Promise.all(
    names.map(async name => ({ name, suite: await loadSuite(name), figures: [] as Figure[] })),
  );
  for (let round = 1; round <= runs; round++) {
    for (const { name, suite, figures } of suites) {
      process.stderr.write(`round ${round} of ${runs}: ${name}\n`);
      for (const step of suite.steps) {
        const parameters = [name, step, String(milliseconds)];
        figures.push(...(await runInFreshProcess<Figure[]>(MEASURE_STEP, parameters)));
      }
    }
  }
  return suites.map(({ name, suite, figures }) => summarize(name, suite, figures));
}
