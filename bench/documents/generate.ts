import { measuredCells } from '../../src/lab/report/measured.js';
import type { Results } from '../../src/lab/results.js';
import { faultsOfClaim } from './claim.js';
import { type Directive, DirectiveError, replaceAll } from './directive.js';
import { legend } from './legend.js';
import { machineTable } from './machine.js';
import { sentencesOf } from './sentences.js';
import { ratiosTable, valuesTable } from './table.js';
import { languageOf } from './words.js';

export interface Generated {
  readonly text: string;
  /** Sentences that the results do not bear out. */
  readonly faults: readonly string[];
}

const TABLES = { values: valuesTable, ratios: ratiosTable };

/**
 * A document with its tables made anew.
 *
 * @param path from the root of the repository; says the language
 * @param resultsNamed the results of a name
 * @throws DirectiveError that names the document and the line
 */
export function generate(path: string, text: string, resultsNamed: (name: string) => Results): Generated {
  const language = languageOf(path);
  const faults: string[] = [];

  function content({ kind, results: name, words, line }: Directive): string {
    const results = resultsNamed(name);
    if (kind === 'machine') return machineTable(results, language);
    if (kind === 'says') return sentencesOf(results, words);
    const cells = measuredCells(results);
    if (kind === 'holds') {
      faults.push(...faultsOfClaim(words, cells).map(fault => `${path}:${line}: does not hold: ${fault}`));
      return '';
    }
    const makeTable = TABLES[kind as keyof typeof TABLES];
    if (makeTable === undefined) throw new DirectiveError(`there is no '${kind}'`);
    const table = makeTable(words, cells, language);
    return `${table}\n\n${legend(table, name, results, path, language)}`;
  }

  const made = replaceAll(path, text, content);
  return { text: made, faults };
}
