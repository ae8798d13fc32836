import { viewOf } from '../../src/lab/report/report-view.js';
import type { Results } from '../../src/lab/results.js';
import { DirectiveError } from './directive.js';

/** `SECTION`: what the report says there, as a quotation. */
export function sentencesOf(results: Results, [id]: readonly string[]): string {
  const { sections } = viewOf(results);
  const section = sections.find(each => each.id === id);
  if (section !== undefined) return `> ${section.says.join(' ')}`;
  throw new DirectiveError(
    `the report has no section '${id}'; it has ${sections.map(each => each.id).join(', ')}`,
  );
}
