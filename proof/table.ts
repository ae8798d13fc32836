import type { MutantSummary } from './mutants/run-mutants.js';
import type { EntryResult } from './run-entry.js';

/** The rows of docs/correctness.md, in Markdown. */
export function scenarioTable(results: readonly EntryResult[]): string {
  return markdown(
    ['scenario', 'what it shows', 'schedules', 'executions', 'longest', 'outcomes', 'seconds', 'result'],
    results.map(result => [
      `\`${result.name}\``,
      result.shows,
      result.schedules,
      count(result.executions),
      count(result.longest),
      count(result.outcomes),
      (result.milliseconds / 1000).toFixed(1),
      outcome(result),
    ]),
  );
}

function outcome({ violation, complete, schedules }: EntryResult): string {
  if (violation !== undefined) return `**${violation.split(':', 1)[0]}**`;
  if (!complete) return schedules.includes('random') ? 'none found' : 'none found, not finished';
  return schedules === 'all' ? 'proved' : 'proved within the bound';
}

/** How many mutants of each module were caught, and are equivalent. */
export function mutantTable({ caught, equivalent, survived }: MutantSummary): string {
  const files = [...new Set([...caught, ...equivalent, ...survived].map(({ id }) => fileOf(id)))].sort();
  const within = (mutants: readonly { id: string }[], file: string) =>
    count(mutants.filter(({ id }) => fileOf(id) === file).length);
  return markdown(
    ['module', 'caught', 'equivalent', 'survived'],
    files.map(file => [
      `\`${file}\``,
      within(caught, file),
      within(equivalent, file),
      within(survived, file),
    ]),
  );
}

function fileOf(id: string): string {
  return id.split(':', 1)[0]!;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function markdown(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
