import { createHash } from 'node:crypto';
import { escapeHtml, scriptJson } from './escape.js';
import { MARKERS } from './markers.js';
import { swatch } from './swatch.js';
import { tableHtml } from './table-html.js';
import type { Drawings, Figure, KeyEntry, Section, View, Warning } from './view.js';

/** What is bundled for the page, see `build:report` in package.json. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** The page: one file that loads nothing, and may not load anything. */
export function pageHtml(view: View, { script, style }: PageParts): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(view.title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header>
<div>
<h1>${escapeHtml(view.title)}</h1>
${view.lead.map(line => `<p>${escapeHtml(line)}</p>`).join('\n')}
</div>
<button type="button" id="theme" hidden>Dark colours</button>
</header>
<main id="main">
${warningsHtml(view.warnings)}
${summaryHtml(view.sections)}
<noscript><p>The charts need JavaScript. Everything they show stands in the tables.</p></noscript>
${view.sections.map(section => sectionHtml(section, view)).join('\n')}
</main>
<footer><p>Made by <code>ringmq lab</code>. Charts: Apache ECharts.</p></footer>
<p id="live" class="unseen" aria-live="polite"></p>
<script type="application/json" id="drawings">${scriptJson(drawingsOf(view))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function drawingsOf({ styles, sections }: View): Drawings {
  const figures = sections.flatMap(({ id, figure }) => (figure === null ? [] : [[id, figure] as const]));
  return { styles, markers: MARKERS, figures: Object.fromEntries(figures) };
}

function warningsHtml(warnings: readonly Warning[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ level, says, details }) => {
    const more =
      details.length === 0
        ? ''
        : `<ul>${details.map(detail => `<li>${escapeHtml(detail)}</li>`).join('')}</ul>`;
    return `<div class="${level}"><p>${level === 'fault' ? '<strong>Not verified.</strong> ' : ''}${escapeHtml(says)}</p>${more}</div>`;
  });
  return `<section aria-labelledby="warnings" class="warnings"><h2 id="warnings">Before you read on</h2>${items.join('\n')}</section>`;
}

/** The first sentence of each section, which is also the table of contents. */
function summaryHtml(sections: readonly Section[]): string {
  const items = sections
    .map(
      ({ id, title, says }) =>
        `<li><a href="#${id}">${escapeHtml(title)}</a> ${escapeHtml(says[0] ?? '')}</li>`,
    )
    .join('\n');
  return `<nav aria-labelledby="summary"><h2 id="summary">In short</h2><ul>${items}</ul></nav>`;
}

function sectionHtml({ id, title, says, reading, figure, tables }: Section, { styles }: View): string {
  const sentences = says.map(escapeHtml).join(' ');
  const notes = reading.filter(text => text !== '').map(text => `<p class="reading">${escapeHtml(text)}</p>`);
  const parts = [
    `<h2 id="${id}-title">${escapeHtml(title)}</h2>`,
    `<p class="says">${sentences}</p>`,
    ...(figure === null ? [] : [figureHtml(id, title, figure, styles)]),
    ...notes,
    ...tables.map((table, index) => tableHtml(table, `${id}-table-${index + 1}`, styles)),
  ];
  return `<section id="${id}" aria-labelledby="${id}-title">\n${parts.join('\n')}\n</section>`;
}

/** What surrounds the charts of a section. The script fills it, and shows it then. */
function figureHtml(id: string, title: string, figure: Figure, styles: View['styles']): string {
  const { frames, first, key, switches } = figure;
  const options = frames.map(
    (frame, index) =>
      `<option value="${index}"${index === first ? ' selected' : ''}>${escapeHtml(frame.title)}</option>`,
  );
  const choice =
    frames.length > 1
      ? `<label class="choice">Show <select>${options.join('')}</select></label>`
      : `<p class="choice">${escapeHtml(frames[0]!.title)}</p>`;
  const entries = key.map(entry => `<li>${keyHtml(entry, switches, styles)}</li>`).join('');
  const keyList = key.length === 0 ? '' : `<ul class="key">${entries}</ul>`;
  return `<figure data-figure="${id}" aria-label="${escapeHtml(title)}" hidden>${choice}${keyList}<div class="panels"></div></figure>`;
}

function keyHtml(entry: KeyEntry, switches: boolean, styles: View['styles']): string {
  const mark = swatch('style' in entry ? styles[entry.style]! : entry);
  const name = escapeHtml(entry.name);
  return switches && 'style' in entry
    ? `<button type="button" aria-pressed="true" data-style="${entry.style}">${mark}${name}</button>`
    : `<span>${mark}${name}</span>`;
}
