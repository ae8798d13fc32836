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
 *     says RESULTS SECTION                                                       what the report says in that section
 *     holds RESULTS METRIC FIELD A RELATION [FACTOR*]B [FIELD=VALUE …]           see claim.ts; it has no end
 */
export interface Directive {
  readonly kind: string;
  readonly results: string;
  /** The rest. */
  readonly words: readonly string[];
  /** In the document, from 1. */
  readonly line: number;
}

export class DirectiveError extends Error {}

const BEGIN = /<!-- lab: (\w+) (\S+) ?(.*?) ?-->/g;
const END = '<!-- /lab -->';
const WITHOUT_END = 'holds';

/**
 * The document with everything between the comments made anew.
 *
 * @param path for messages
 * @param make gives what is to stand there; for a `holds` that is nowhere
 * @throws DirectiveError that says where
 */
export function replaceAll(path: string, text: string, make: (directive: Directive) => string): string {
  let done = '';
  let at = 0;
  for (const match of text.matchAll(BEGIN)) {
    const [comment, kind, results, words] = match as unknown as [string, string, string, string];
    const line = text.slice(0, match.index).split('\n').length;
    try {
      const content = make({ kind, results, words: words.split(' ').filter(Boolean), line });
      if (kind === WITHOUT_END) continue;
      const from = match.index + comment.length;
      done += `${text.slice(at, from)}\n${content}\n`;
      at = endOf(text, from);
    } catch (error) {
      if (!(error instanceof DirectiveError)) throw error;
      throw new DirectiveError(`${path}:${line}: ${error.message}`);
    }
  }
  return done + text.slice(at);
}

/** Where the comment stands that ends what begins at `from`. */
function endOf(text: string, from: number): number {
  const end = text.indexOf(END, from);
  const next = text.slice(from).search(BEGIN);
  if (end < 0 || (next >= 0 && from + next < end)) throw new DirectiveError(`it has no ${END}`);
  return end;
}
