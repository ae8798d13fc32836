import { escapeHtml } from './escape.js';
import { swatch } from './swatch.js';
import type { Style, Table, TableGroup, TableRow } from './view.js';

/** A table in a box of its own that scrolls, with the keyboard as well. */
export function tableHtml(table: Table, id: string, styles: readonly Style[]): string {
  const heads = table.columns.map(column => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const groups = table.groups.map(group => groupHtml(group, table.columns.length, styles)).join('');
  return (
    `<div class="table" tabindex="0" role="region" aria-labelledby="${id}"><table><caption id="${id}">` +
    `<span>${escapeHtml(table.caption)}</span></caption><thead><tr>${heads}</tr></thead>${groups}</table></div>`
  );
}

function groupHtml(
  { title, oversubscribed, rows }: TableGroup,
  columns: number,
  styles: readonly Style[],
): string {
  const mark = oversubscribed ? ' <em class="oversubscribed">oversubscribed</em>' : '';
  const head =
    title === ''
      ? ''
      : `<tr class="group"><th scope="rowgroup" colspan="${columns}"><span>${escapeHtml(title)}${mark}</span></th></tr>`;
  return `<tbody>${head}${rows.map(row => rowHtml(row, styles)).join('')}</tbody>`;
}

function rowHtml({ style, cells: [name, ...cells] }: TableRow, styles: readonly Style[]): string {
  const mark = style === null ? '' : swatch(styles[style]!);
  const rest = cells.map(cell => `<td>${escapeHtml(cell)}</td>`).join('');
  return `<tr><th scope="row">${mark}${escapeHtml(name!)}</th>${rest}</tr>`;
}
