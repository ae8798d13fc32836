import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readResults } from '../../src/lab/read-results.js';
import type { Results } from '../../src/lab/results.js';
import { DirectiveError } from './directive.js';
import { generate } from './generate.js';
import { resultsFile } from './legend.js';

const { check } = new Command('documents')
  .description(
    'Makes the tables of the documents from the results of the lab. Run it at the root of the repository.',
  )
  .option('--check', 'writes nothing, and fails if a document is out of date')
  .parse()
  .opts<{ check?: true }>();

const read = new Map<string, Results>();
const complaints = documents().flatMap(bringUpToDate);
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;

function documents(): string[] {
  const paths = readdirSync('docs', { recursive: true, encoding: 'utf8' });
  return ['README.md', 'README.ko.md', ...paths.sort().map(path => join('docs', path))].filter(path =>
    path.endsWith('.md'),
  );
}

/** @returns what is wrong with the document, a line each */
function bringUpToDate(path: string): string[] {
  const before = readFileSync(path, 'utf8');
  try {
    const { text, faults } = generate(path, before, resultsNamed);
    const outOfDate = text !== before;
    if (outOfDate && !check) writeFileSync(path, text);
    return outOfDate && check
      ? [`${path} is out of date: run npm run lab:documents`, ...faults]
      : [...faults];
  } catch (error) {
    if (error instanceof DirectiveError) return [error.message];
    throw error;
  }
}

function resultsNamed(name: string): Results {
  const file = resultsFile(name);
  if (!existsSync(file)) throw new DirectiveError(`there is no ${file}`);
  const results = read.get(name) ?? readResults(file);
  read.set(name, results);
  return results;
}
