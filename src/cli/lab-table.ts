import { renderTable, rounded } from '../comparison/table.js';
import { cellKey } from '../lab/cell.js';
import { cellNames } from '../lab/cell-names.js';
import type { Results, Run } from '../lab/results.js';
import { median } from '../statistics/median.js';

/** What came out, a line for each cell: medians of its runs. */
export function resultsTable({ runs }: Pick<Results, 'runs'>): string {
  const cells = new Map<string, Run[]>();
  for (const run of runs) {
    const key = cellKey(run.cell);
    cells.set(key, [...(cells.get(key) ?? []), run]);
  }
  const { common, names } = cellNames([...cells.values()].map(same => same[0]!.cell));
  const rows = [...cells.values()].map((same, index) => [
    names[index]!,
    middle(same, run => run.throughput),
    middle(same, run => run.latency?.p50 ?? null),
    middle(same, run => run.latency?.p99 ?? null),
    `${same.length}`,
    same.every(run => run.verified) ? 'yes' : 'NO',
  ]);
  return `${common}, medians:\n\n${renderTable(HEADINGS, rows)}`;
}

const HEADINGS = ['cell', 'messages/s', 'p50 us', 'p99 us', 'runs', 'verified'];

function middle(runs: readonly Run[], figure: (run: Run) => number | null): string {
  return rounded(median(runs.map(figure).filter(value => value !== null)), 3);
}
