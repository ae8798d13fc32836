import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { type MeasuredRow, ROWS, type Row, sources } from './rows.js';
import { type Summary, summarise, table } from './summary.js';

/** How long one measurement may take before it is killed, in milliseconds. */
const TIMEOUT = 120_000;

const program = new Command('bench')
  .description('Measures the rows of docs/benchmarks.md: interleaved, each run in a process of its own.')
  .option('--only <names>', 'the rows to measure, separated by commas', parseNames)
  .option('--runs <count>', 'runs of each row', parseCount, 5)
  .option('--json <file>', 'writes [{ name, unit, median, min, max, runs }] to this file')
  .option('--measure <name>', 'measures one row once, in this process, and prints the figure')
  .parse();
const options = program.opts<{ only?: Row[]; runs: number; json?: string; measure?: string }>();

if (options.measure !== undefined) {
  console.log(JSON.stringify(await findRow(options.measure).measure()));
} else {
  const summaries = await measureAll(options.only ?? ROWS, options.runs);
  console.log(table(summaries));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(summaries, null, 2)}\n`);
}

/** Round by round, so that a machine that slows down slows every row alike. */
async function measureAll(rows: readonly Row[], rounds: number): Promise<Summary[]> {
  const measured = new Map<string, number[]>();
  for (const row of rows) {
    for (const name of sources(row)) measured.set(name, []);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const [name, figures] of measured) {
      process.stderr.write(`round ${round} of ${rounds}: ${name}\n`);
      figures.push(await measureInFreshProcess(findRow(name)));
    }
  }
  return rows.map(row => summarise(row, measured));
}

async function measureInFreshProcess(row: MeasuredRow): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...(row.nodeFlags ?? []), fileURLToPath(import.meta.url), '--measure', row.name],
    { timeout: TIMEOUT, killSignal: 'SIGKILL' },
  );
  return JSON.parse(stdout);
}

function findRow(name: string): MeasuredRow {
  const row = ROWS.find(candidate => candidate.name === name);
  if (row === undefined || !('measure' in row)) throw new Error(`There is no row '${name}' that is measured`);
  return row;
}

function parseNames(value: string): Row[] {
  return value.split(',').map(name => {
    const row = ROWS.find(candidate => candidate.name === name);
    if (row !== undefined) return row;
    throw new InvalidArgumentError(
      `There is no row '${name}'. Rows are ${ROWS.map(({ name }) => name).join(', ')}.`,
    );
  });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new InvalidArgumentError('It must be an integer from 1 to 1000.');
  }
  return count;
}
