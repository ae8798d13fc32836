import { readFileSync, writeFileSync } from 'node:fs';
import type { MutantSummary } from './mutants/run-mutants.js';
import type { EntryResult } from './run-entry.js';
import { mutantTable, scenarioTable } from './table.js';

const DOCUMENT = new URL('../../docs/correctness.md', import.meta.url);

type Part = 'scenarios' | 'mutants';

/** Puts the tables into docs/correctness.md, between the comments that name them. */
export function writeTables(results: readonly EntryResult[], summary: MutantSummary | undefined): void {
  let text = readFileSync(DOCUMENT, 'utf8');
  text = text.replace(
    between('scenarios'),
    (_, begin, __, end) => `${begin}\n${scenarioTable(results)}\n${end}`,
  );
  if (summary !== undefined) {
    text = text.replace(
      between('mutants'),
      (_, begin, __, end) => `${begin}\n${mutantTable(summary)}\n${end}`,
    );
  }
  writeFileSync(DOCUMENT, text);
}

/** Which rows of the document's tables are not what was found. Times differ from run to run, and are not compared. */
export function differences(results: readonly EntryResult[], summary: MutantSummary | undefined): string[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const found = [...compare(text, 'scenarios', scenarioTable(results))];
  if (summary !== undefined) found.push(...compare(text, 'mutants', mutantTable(summary)));
  return found;
}

function* compare(text: string, part: Part, table: string): Generator<string> {
  const written = new Set(rows(between(part).exec(text)?.[2] ?? ''));
  const now = new Set(rows(table));
  for (const row of now) if (!written.has(row)) yield `'${row}' is missing`;
  for (const row of written) if (!now.has(row)) yield `'${row}' is not true any more`;
}

/** The lines of a table without the column of seconds, the only one with numbers like 1.5. */
function rows(table: string): string[] {
  const lines = table.trim().split('\n');
  return lines.map(line => line.replace(/\| \d+\.\d (?=\|)/, '')).filter(line => line !== '');
}

function between(part: Part): RegExp {
  return new RegExp(`(<!-- ${part} -->)([^]*?)(<!-- end of ${part} -->)`);
}
