import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkWritable } from '../../src/cli/check-writable.js';
import { integer, list, oneOf } from '../../src/cli/option-values.js';
import { machine } from '../../src/comparison/machine.js';
import { runInFreshProcess } from '../fresh-process.js';
import { replacePart } from './document.js';
import type { Figure } from './suite.js';
import { loadSuite, SUITE_NAMES } from './suites.js';
import { type SuiteSummary, summarize } from './summary.js';
import { renderMachine, renderSuite } from './table.js';

/** Exit code for options that cannot be. */
const USAGE = 2;
const MEASURE_STEP = new URL('./measure-step.js', import.meta.url).href;

interface Options {
  only: string[];
  runs: number;
  milliseconds: number;
  json?: string;
  write?: string;
}

const program = new Command('bench:micro')
  .description(
    'Measures single steps of RingMQ and of its rivals, each in a process of its own. See docs/lab/micro.md.',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
  .option('--only <suites>', 'suites, separated by commas', list(oneOf('suite', SUITE_NAMES)), SUITE_NAMES)
  .option('--runs <count>', 'runs of each step', integer(1, 1000), 5)
  .option('--milliseconds <count>', 'how long a run measures a step, about', integer(1, 1000), 100)
  .option('--json <file>', 'writes the machine and the figures to this file')
  .option('--write <file>', 'writes the tables into this document, between the comments that name them')
  .parse();
const options = program.opts<Options>();
checkFiles(options);

const suites = await measureAll(options);
const where = renderMachine(machine(), options.runs);
console.log(where);
for (const suite of suites) console.log(`\n${suite.name}: ${suite.title}\n\n${renderSuite(suite)}`);
if (options.json !== undefined) {
  const { runs, milliseconds } = options;
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine: machine(), runs, milliseconds, suites }, null, 2)}\n`,
  );
}
if (options.write !== undefined) {
  const tables = [['machine', where], ...suites.map(suite => [suite.name, renderSuite(suite)])];
  const document = tables.reduce(
    (text, [name, table]) => replacePart(text, name!, table!),
    readFileSync(options.write, 'utf8'),
  );
  writeFileSync(options.write, document);
}

/** Before the minutes of work whose outcome would have no place. */
function checkFiles({ only, json, write }: Options): void {
  try {
    if (json !== undefined) checkWritable(json);
    if (write === undefined) return;
    if (only.length < SUITE_NAMES.length) {
      throw new Error(
        '--write needs all suites: the document has one machine and one time. Leave out --only.',
      );
    }
    checkWritable(write);
    const document = readFileSync(write, 'utf8');
    for (const name of ['machine', ...only]) replacePart(document, name, '');
  } catch (error) {
    program.error(`error: ${(error as Error).message}`);
  }
}

/** Round by round, so that a machine that slows down slows every step alike. */
async function measureAll({ only, runs, milliseconds }: Options): Promise<SuiteSummary[]> {
  const suites = await Promise.all(
    only.map(async name => ({ name, suite: await loadSuite(name), figures: [] as Figure[] })),
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
