import { dirname, relative } from 'node:path';
import type { Results } from '../../src/lab/results.js';
import { OVERSUBSCRIBED } from './table.js';
import type { Language, Words } from './words.js';

const SOURCE = {
  en: (rounds: number, file: string, command: string) =>
    `Medians of ${rounds} rounds, with their 95 % intervals.\n${file}, \`${command}\`.`,
  ko: (rounds: number, file: string, command: string) =>
    `${rounds}라운드의 중앙값과 95 % 구간입니다.\n${file}, \`${command}\`.`,
};

const OVERSUBSCRIBED_MEANS: Words = {
  en: `${OVERSUBSCRIBED} *oversubscribed*: more threads than cores.`,
  ko: `${OVERSUBSCRIBED} *초과 구독*(oversubscribed): 스레드가 코어보다 많습니다.`,
};

const BOLD_MEANS: Words = {
  en: 'Bold: a difference is shown, because the interval excludes 1.',
  ko: '굵은 글씨: 구간에 1이 없으므로 차이가 드러났습니다.',
};

/** What stands under a table: where its numbers come from, how to repeat them, and what its marks mean. */
export function legend(
  table: string,
  name: string,
  results: Results,
  document: string,
  language: Language,
): string {
  const file = `[${name}.json](${relative(dirname(document), resultsFile(name))})`;
  return [
    SOURCE[language](results.rounds, file, commandOf(name, results)),
    ...(table.includes(OVERSUBSCRIBED) ? [OVERSUBSCRIBED_MEANS[language]] : []),
    ...(table.includes('**') ? [BOLD_MEANS[language]] : []),
  ].join('\n');
}

/** Where results are committed, from the root of the repository. */
export function resultsFile(name: string): string {
  return `docs/lab/results/${name}.json`;
}

/** A plan of one's own has the name of its results. */
function commandOf(name: string, { preset }: Results): string {
  const what = preset === 'custom' ? `custom docs/lessons/plans/${name}.json` : preset;
  return `npm run lab -- ${what} --out DIR`;
}
