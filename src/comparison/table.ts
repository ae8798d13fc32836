/** Columns as wide as their widest cell, the first to the left, the others to the right. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const columns = Math.max(...all.map(row => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...all.map(row => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  const rule = headings.map((_, column) => '-'.repeat(widths[column]!));
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}

export function integer(value: number): string {
  return decimal(value, 0);
}

/** With `digits` significant digits: more would claim an exactness that no benchmark has. */
export function rounded(value: number, digits: number): string {
  return Number.isFinite(value) ? integer(Number(value.toPrecision(digits))) : '-';
}

export function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '-';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function counted(count: number, what: string): string {
  return `${integer(count)} ${what}${count === 1 ? '' : 's'}`;
}
