import { describe, expect, it } from 'vitest';
import { documents, examples, read } from './document.js';

const korean = documents().filter(document => document.endsWith('.ko.md'));

function englishOf(document: string): string {
  return document.replace('.ko.md', '.md');
}

describe('a document in Korean', () => {
  it.each(korean)('%s has the parts of the English one', document => {
    expect(headingLevels(document)).toEqual(headingLevels(englishOf(document)));
  });

  it.each(korean)('%s has the same programs, and prints the same', document => {
    const [here, there] = [document, englishOf(document)].map(each =>
      examples(each).map(({ code, output }) => ({ code, output })),
    );
    expect(here).toEqual(there);
  });

  it.each(korean)('%s has the same commands and code, but for comments', document => {
    expect(code(document)).toEqual(code(englishOf(document)));
  });

  it.each(korean)('%s has the same tables of results', document => {
    expect(directives(document)).toEqual(directives(englishOf(document)));
  });
});

it('every lesson is there in both languages', () => {
  const lessons = documents().filter(document => document.startsWith('docs/lessons/'));
  const english = lessons.filter(document => !document.endsWith('.ko.md'));
  expect(english).toHaveLength(6);
  expect(lessons.filter(document => document.endsWith('.ko.md')).map(englishOf)).toEqual(english);
});

function headingLevels(document: string): number[] {
  const prose = read(document).replace(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^(#+) /gm)].map(match => match[1]!.length);
}

function code(document: string): string[] {
  const blocks = read(document).matchAll(/^```\w*\n(.*?)^```$/gms);
  return [...blocks].map(match => match[1]!.replaceAll(/\s*(#|\/\/) .*$/gm, ''));
}

function directives(document: string): string[] {
  return [...read(document).matchAll(/^<!-- lab: .* -->$/gm)].map(match => match[0]);
}
