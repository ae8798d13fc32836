import { renderTable, rounded } from '../comparison/table.js';
import { type Cell, cellKey } from '../lab/cell.js';
import { cellNames } from '../lab/cell-names.js';
import type { Run } from '../lab/results.js';
import { median } from '../statistics/median.js';

/** What came out of the cells of a plan, a line for each that was run: medians of its runs. */
export function resultsTable(cells: readonly Cell[], runs: readonly Run[]): string {
  const { common, names } = cellNames(cells);
  const rows = cells.flatMap((cell, index) => {
    const own = runs.filter(run => cellKey(run.cell) === cellKey(cell));
    return own.length === 0 ? [] : [[names[index]!, ...figures(own)]];
  });
  return `${common}, medians:\n\n${renderTable(HEADINGS, rows)}`;
}

const HEADINGS = ['cell', 'messages/s', 'p50 us', 'p99 us', 'runs', 'verified'];

function figures(runs: readonly Run[]): string[] {
  return [
    middle(runs, run => run.throughput),
    middle(runs, run => run.latency?.p50 ?? null),
    middle(runs, run => run.latency?.p99 ?? null),
    `${runs.length}`,
    runs.every(run => run.verified) ? 'yes' : 'NO',
  ];
}

function middle(runs: readonly Run[], figure: (run: Run) => number | null): string {
  return rounded(median(runs.map(figure).filter(value => value !== null)), 3);
}
