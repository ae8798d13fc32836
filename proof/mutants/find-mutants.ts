import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { getLineInfo, type Position, type Program, parse } from 'acorn';
import MagicString from 'magic-string';
import { SHIPPED_CODE } from '../code-under-test.js';
import type { Mutant } from './mutant.js';
import { mutations } from './mutations.js';
import { sharedMemoryUse } from './shared-memory-use.js';

/** The modules that make up the mailbox. */
export const MAILBOX_FILES: readonly string[] = [
  'memory/bell.js',
  'memory/exclusive-writer.js',
  'memory/mailbox.js',
  'memory/mailbox-reader.js',
  'memory/mailbox-writer.js',
  'memory/recovery.js',
];

/** The locks that a ring can have. */
export const LOCK_FILES: readonly string[] = [
  'queues/mcs-lock.js',
  'queues/mutex.js',
  'queues/spin-lock.js',
  'queues/ticket-lock.js',
];

/** The modules that mutants are made of. */
export const MUTATED_FILES: readonly string[] = [...MAILBOX_FILES, ...LOCK_FILES];

/** The compiled shared-memory modules below `root` and what they depend on, as paths below `root`. */
export function sharedMemoryModules(root: URL): string[] {
  const modules = ['errors.js'];
  for (const folder of ['memory', 'queues']) {
    for (const name of readdirSync(new URL(`${folder}/`, root))) {
      if (name.endsWith('.js')) modules.push(`${folder}/${name}`);
    }
  }
  return modules;
}

/**
 * All mutants of the `Atomics` calls in `files`, in the order of the text.
 *
 * @param files paths below `root`
 * @param root the compiled `src/`, with its source maps
 */
export function findMutants(files = MUTATED_FILES, root = SHIPPED_CODE): Mutant[] {
  const texts = new Map<string, string>();
  const programs = new Map<string, Program>();
  for (const file of sharedMemoryModules(root)) {
    const text = readFileSync(new URL(file, root), 'utf8');
    texts.set(file, text);
    programs.set(file, parse(text, { ecmaVersion: 'latest', sourceType: 'module' }));
  }
  const use = sharedMemoryUse(programs);
  return files.flatMap(file => {
    const text = texts.get(file)!;
    const sourceOf = sourceLines(new URL(file, root));
    return mutations(file, text, programs.get(file)!, use).map(({ id, operator, at, edits }): Mutant => {
      const position = getLineInfo(text, at);
      const mutated = new MagicString(text);
      for (const { start, end, text: instead } of edits) mutated.overwrite(start, end, instead);
      const start = edits[0]!.start;
      const end = edits.at(-1)!.end;
      return {
        id,
        file,
        operator,
        line: position.line,
        source: sourceOf(position),
        before: text.slice(start, end),
        after: mutated.slice(start, end),
        apply: () => mutated.toString(),
      };
    });
  });
}

/** Where positions in the compiled `module` come from, by its source map. */
function sourceLines(module: URL): (position: Position) => Mutant['source'] {
  const map = new SourceMap(JSON.parse(readFileSync(new URL(`${module.href}.map`), 'utf8')));
  return ({ line, column }) => {
    const entry = map.findEntry(line - 1, column);
    if (!('originalSource' in entry)) throw new Error(`${module.href}.map says nothing of line ${line}`);
    return { file: fileURLToPath(new URL(entry.originalSource, module)), line: entry.originalLine + 1 };
  };
}
