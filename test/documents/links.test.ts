import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, prose, ROOT, read } from './document.js';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

describe('the links of the documents', () => {
  it.each(documents())('%s: every relative link leads to a file, and to a heading in it', document => {
    const broken = [...prose(document).matchAll(LINK)]
      .map(match => match[1]!)
      .filter(target => !/^[a-z]+:/.test(target))
      .filter(target => !leadsSomewhere(document, target));
    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  const [path, heading] = target.split('#') as [string, string | undefined];
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, file))) return false;
  return heading === undefined || headings(file).includes(heading);
}

/** The names by which GitHub links to a document's headings. */
function headings(document: string): string[] {
  const titles = [...read(document).matchAll(/^#+ (.+)$/gm)].map(match => match[1]!);
  return titles.map(title =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
