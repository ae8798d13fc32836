import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { integer, list, oneOf } from '../src/cli/option-values.js';
import { runInFreshProcess } from './fresh-process.js';
import { type MeasuredRow, ROWS, type Row, sources } from './rows.js';
import { type Summary, summarise, table } from './summary.js';

const ROW_NAMES = ROWS.map(({ name }) => name);

const program = new Command('bench')
  .description('Measures the rows of docs/benchmarks.md: interleaved, each run in a process of its own.')
  .option('--only <names>', 'the rows to measure, separated by commas', list(oneOf('row', ROW_NAMES)))
  .option('--runs <count>', 'runs of each row', integer(1, 1000), 5)
  .option('--json <file>', 'writes [{ name, unit, median, min, max, runs }] to this file')
  .option('--measure <name>', 'measures one row once, in this process, and prints the figure')
  .parse();
const options = program.opts<{ only?: string[]; runs: number; json?: string; measure?: string }>();

if (options.measure !== undefined) {
  console.log(JSON.stringify(await findRow(options.measure).measure()));
} else {
  const rows = (options.only ?? ROW_NAMES).map(only => ROWS.find(({ name }) => name === only)!);
  const summaries = await measureAll(rows, options.runs);
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
      figures.push(
        await runInFreshProcess<number>(import.meta.url, ['--measure', name], findRow(name).nodeFlags),
      );
    }
  }
  return rows.map(row => summarise(row, measured));
}

function findRow(name: string): MeasuredRow {
  const row = ROWS.find(candidate => candidate.name === name);
  if (row === undefined || !('measure' in row)) throw new Error(`There is no row '${name}' that is measured`);
  return row;
}
