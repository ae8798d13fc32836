/**
 * A place of a document that is made from results of the lab. It is a pair of comments, so that the document reads as usual:
 *
 *     <!-- lab: values contention of=throughput rows=design columns=threads batch=1 -->
 *     a table that the generator writes
 *     <!-- /lab -->
 *
 * RESULTS are a file of `docs/lab/results`, without its extension.
 *
 *     machine RESULTS                                                            where and when they were measured
 *     values RESULTS of=METRICS rows=FIELDS [columns=FIELD] [FIELD=VALUE …]      see table.ts
 *     ratios RESULTS of=METRIC rows=FIELDS [columns=FIELD] to=FIELD:VALUE [FIELD=VALUE …]
 *     holds RESULTS METRIC FIELD A RELATION [FACTOR*]B [FIELD=VALUE …]           see claim.ts; it has no end
 */
export interface Directive {
  readonly kind: string;
  /** Which results. */
  readonly results: string;
  /** The rest of the words. */
  readonly words: readonly string[];
  /** In the document, from 1. */
  readonly line: number;
}

export class DirectiveError extends Error {}

const BEGIN = /<!-- lab: (\w+) (\S+) ?(.*?) ?-->/g;
const END = '<!-- /lab -->';
const WITHOUT_END = 'holds';

/** The document with everything between the comments made anew: by `render`, which answers nothing for a `holds`. */
export function replaceAll(text: string, render: (directive: Directive) => string): string {
  let made = '';
  let at = 0;
  for (const match of text.matchAll(BEGIN)) {
    const [comment, kind, results, words] = match as unknown as [string, string, string, string];
    const directive = {
      kind,
      results,
      words: words.split(' ').filter(Boolean),
      line: lineAt(text, match.index),
    };
    if (match.index < at) throw new DirectiveError(`line ${directive.line}: the one before it has no ${END}`);
    const content = render(directive);
    if (kind === WITHOUT_END) continue;
    const from = match.index + comment.length;
    const end = text.indexOf(END, from);
    if (end < 0) throw new DirectiveError(`line ${directive.line}: it has no ${END}`);
    made += text.slice(at, from) + content;
    at = end;
  }
  return made + text.slice(at);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
