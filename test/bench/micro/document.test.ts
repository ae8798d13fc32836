import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replacePart } from '#bench/micro/document.js';
import { loadSuite, SUITE_NAMES } from '#bench/micro/suites.js';

const DOCUMENT = readFileSync(fileURLToPath(new URL('../../../docs/lab/micro.md', import.meta.url)), 'utf8');

describe('a part of a document', () => {
  const text = 'before\n<!-- drain -->\nold\n<!-- end of drain -->\nafter\n';

  it('is replaced, and nothing else', () => {
    const replaced = replacePart(text, 'drain', 'new $& table');
    expect(replaced).toBe('before\n<!-- drain -->\nnew $& table\n<!-- end of drain -->\nafter\n');
  });

  it('must be there', () => {
    expect(() => replacePart(text, 'route', 'new')).toThrow(
      "The document has no place for 'route'. Put '<!-- route -->' and '<!-- end of route -->' where it belongs.",
    );
  });
});

describe('docs/lab/micro.md', () => {
  it.each(SUITE_NAMES)('has a row for each step of %s, and no other', async name => {
    const part = DOCUMENT.split(`<!-- ${name} -->`)[1]?.split(`<!-- end of ${name} -->`)[0] ?? '';
    const rows = [...part.matchAll(/^\| (.+?) \|/gm)].map(match => match[1]!).slice(2);
    // A step with several figures has a row for each: 'step: figure'.
    const steps = new Set(rows.map(row => row.split(': ')[0]!));
    expect([...steps]).toEqual((await loadSuite(name)).steps);
  });
});
