#!/usr/bin/env node
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { Piscina } from 'piscina';
import { differences, writeTables } from './document.js';
import { ENTRIES } from './entries.js';
import { findEquivalents } from './mutants/equivalents.js';
import { findMutants } from './mutants/find-mutants.js';
import type { Verdict } from './mutants/run-mutant.js';
import { type MutantSummary, runMutants, summarize } from './mutants/run-mutants.js';
import { TRAPS } from './mutants/traps.js';
import { Progress } from './progress.js';
import type { EntryResult } from './run-entry.js';
import { mutantTable, scenarioTable } from './table.js';
import type { Job } from './worker.js';

const { only, mutants, nightly, write, check, workers } = new Command('explore')
  .description(
    "Runs RingMQ's shared-memory code under every interleaving of small scenarios, and its mutants.",
  )
  .option('--only <text>', 'only scenarios and mutants whose name contains this')
  .option('--no-mutants', 'no mutants')
  .option('--nightly', 'larger searches: an hour or two')
  .option('--write', 'write the tables into docs/correctness.md')
  .option('--check', 'fail if the tables in docs/correctness.md differ from what is found, times aside')
  .option('--workers <number>', 'worker threads', positiveInteger, availableParallelism())
  .parse()
  .opts<Options>();

interface Options {
  only?: string;
  mutants: boolean;
  nightly?: boolean;
  write?: boolean;
  check?: boolean;
  workers: number;
}

function positiveInteger(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It is a positive integer.');
}

const pool = new Piscina<Job, EntryResult | Verdict>({
  filename: new URL('./worker.js', import.meta.url).href,
  minThreads: workers,
  maxThreads: workers,
});
const entries = ENTRIES.filter(({ name }) => only === undefined || name.includes(only));
const progress = new Progress('scenarios', entries.length);
const results = await Promise.all(
  entries.map(async ({ name }) => {
    const result = (await pool.run({ entry: { name, nightly: nightly === true } })) as EntryResult;
    progress.done(name);
    return result;
  }),
);
progress.stop();

const summary = mutants ? await runAllMutants() : undefined;
await pool.destroy();

console.log(scenarioTable(results));
for (const { name, violation } of results)
  if (violation !== undefined) console.log(`\n${name}\n${violation}`);
if (summary !== undefined) {
  console.log(`\n${mutantTable(summary)}`);
  for (const { id, unanswered } of summary.survived)
    console.log(`survived: ${[id, ...unanswered].join('\n  ')}`);
  for (const fault of summary.faults) console.log(`wrong comment: ${fault}`);
}

let failed = results.some(({ violation }) => violation !== undefined);
if (summary !== undefined) failed ||= summary.survived.length > 0 || summary.faults.length > 0;
if (write === true) writeTables(results, summary);
if (check === true) {
  for (const difference of differences(results, summary)) {
    failed = true;
    console.log(`docs/correctness.md: ${difference}. Run \`npm run explore -- --write\`.`);
  }
}
console.log(closingLine(results, summary));
if (failed) process.exitCode = 1;

async function runAllMutants(): Promise<MutantSummary> {
  const all = findMutants();
  const chosen = all.filter(({ id }) => only === undefined || id.includes(only));
  const mutantProgress = new Progress('mutants', chosen.length);
  const verdicts = await runMutants(
    {
      maxThreads: workers,
      run: (task, options) => pool.run({ mutant: task }, options) as Promise<Verdict>,
    },
    chosen,
    TRAPS,
    { onVerdict: ({ id }) => mutantProgress.done(id) },
  );
  mutantProgress.stop();
  const folders = ['memory/', 'queues/'].map(name => new URL(`../../src/${name}`, import.meta.url));
  return summarize(verdicts, findEquivalents(folders, all));
}

function closingLine(found: readonly EntryResult[], of: MutantSummary | undefined): string {
  const violations = found.filter(({ violation }) => violation !== undefined).length;
  const scenarios = `scenarios: ${found.length}, violations: ${violations}`;
  if (of === undefined) return scenarios;
  const { caught, equivalent, survived } = of;
  return `${scenarios}; mutants: ${caught.length} caught, ${equivalent.length} equivalent, ${survived.length} survived`;
}
