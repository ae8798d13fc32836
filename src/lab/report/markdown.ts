import { escapeMarkdown } from './escape.js';
import type { Section, Table, View, Warning } from './view.js';

/** The report for a change request or a mail: its sentences, and the tables that matter most. */
export function viewMarkdown(view: View): string {
  const parts = [
    `# ${escapeMarkdown(view.title)}`,
    ...view.lead.map(escapeMarkdown),
    ...view.warnings.map(warningMarkdown),
    ...view.sections.map(sectionMarkdown),
    'The charts, the other tables, and how to read them are in report.html.',
  ];
  return `${parts.join('\n\n').replaceAll('\u00a0', ' ')}\n`;
}

function warningMarkdown({ level, says, details }: Warning): string {
  const title = level === 'fault' ? '**Not verified.** ' : '';
  return [
    `> ${title}${escapeMarkdown(says)}`,
    ...details.map(detail => `> - ${escapeMarkdown(detail)}`),
  ].join('\n');
}

function sectionMarkdown({ title, says, tables, summarized }: Section): string {
  const shown = summarized ? tables.map(tableMarkdown) : [];
  return [`## ${escapeMarkdown(title)}`, escapeMarkdown(says.join(' ')), ...shown].join('\n\n');
}

function tableMarkdown({ caption, columns, groups }: Table): string {
  const grouped = groups.some(({ title }) => title !== '');
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rows = groups.flatMap(({ title, oversubscribed, rows: own }) =>
    own.map(({ cells }) =>
      line(grouped ? [oversubscribed ? `${title} (oversubscribed)` : title, ...cells] : cells),
    ),
  );
  const heads = grouped ? ['where', ...columns] : columns;
  return [`${escapeMarkdown(caption)}:`, '', line(heads), `|${' --- |'.repeat(heads.length)}`, ...rows].join(
    '\n',
  );
}
