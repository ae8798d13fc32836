import { readFileSync } from 'node:fs';
import type { Results } from '../results.js';
import { pageHtml } from './html.js';
import { viewMarkdown } from './markdown.js';
import { viewOf } from './report-view.js';

/**
 * The report of a lab: one HTML file that loads nothing from anywhere.
 *
 * @throws if the page's script was not built: `npm run build:report`
 */
export function renderReport(results: Results): string {
  const bundled = (name: string) => readFileSync(new URL(`../../../report/${name}`, import.meta.url), 'utf8');
  return pageHtml(viewOf(results), { script: bundled('page.js'), style: bundled('page.css') });
}

/** The sentences of the report and its most important tables, in Markdown. */
export function renderSummary(results: Results): string {
  return viewMarkdown(viewOf(results));
}
