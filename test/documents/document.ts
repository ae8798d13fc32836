import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A program in a document: a ```js block behind the comment `<!-- run -->`. */
export interface Example {
  readonly document: string;
  readonly line: number;
  readonly code: string;
  /** The next ```text block: what the document says that it prints. */
  readonly output: string;
}

/** Paths of all documents, relative to the repository. */
export function documents(): string[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.md'))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)));
  const inExplore = ['explore/README.md', 'explore/README.ko.md'];
  return ['README.md', 'README.ko.md', 'CHANGELOG.md', ...inExplore, ...inDocs.sort()];
}

export function read(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

const EXAMPLE = /<!-- run -->\n```js\n(.*?)```\n.*?```text\n(.*?)```\n/gs;

export function examples(document: string): Example[] {
  const text = read(document);
  return [...text.matchAll(EXAMPLE)].map(match => ({
    document,
    line: text.slice(0, match.index).split('\n').length,
    code: match[1]!,
    output: match[2]!,
  }));
}

/** The text without code: what looks like a link there is none. */
export function prose(document: string): string {
  return read(document)
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, '');
}
