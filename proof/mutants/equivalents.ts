import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.js';

/** A comment which says that mutants are equivalent. */
export interface EquivalenceComment {
  /** Line of the comment, from 1, and of the code that it is about. */
  line: number;
  about: number;
  operators: readonly string[];
  reason: string;
}

export interface Equivalents {
  /** Why a mutant is equivalent, by its id. */
  reasons: ReadonlyMap<string, string>;
  /** Comments that say nothing about any mutant. */
  faults: readonly string[];
}

/** A line's code and its comment. */
const LINE = /^\s*(.*?)(?:\/\/\s*(.*))?$/;
const WELL_FORMED = /^mutant ([a-z-]+(?:, [a-z-]+)*): equivalent, (.+)$/;

/**
 * The comments of a TypeScript file that say that mutants are equivalent:
 *
 *     // mutant drop-true, weaken: equivalent, the compare-exchange that follows looks again
 *     if (Atomics.load(words, index) === PARKED) this.#answer();
 *
 * A comment is about the accesses in its own line, or in the next line of code. A reason goes on over the comment lines
 * that follow, so these comments stand last. The operators are those of a mutant's id.
 *
 * @throws SyntaxError if a comment begins like this and does not go on so
 */
export function equivalenceComments(source: string): EquivalenceComment[] {
  const found: EquivalenceComment[] = [];
  /** Those that stand on lines of their own, and still wait for the line of code that they are about. */
  let open: EquivalenceComment[] = [];
  for (const [index, text] of source.split('\n').entries()) {
    const line = index + 1;
    const [, code = '', comment = ''] = LINE.exec(text) ?? [];
    const isComment = code === '' && comment !== '';
    if (comment.startsWith('mutant')) {
      const parsed = parseComment(comment, line);
      found.push(parsed);
      open.push(parsed);
    } else if (isComment && open.length > 0) {
      open.at(-1)!.reason += ` ${comment}`;
    }
    if (!isComment) {
      for (const waiting of open) waiting.about = line;
      open = [];
    }
  }
  return found;
}

function parseComment(comment: string, line: number): EquivalenceComment {
  const [, operators, reason] = WELL_FORMED.exec(comment) ?? [];
  if (operators === undefined || reason === undefined) {
    throw new SyntaxError(
      `Line ${line} cannot be read: "// ${comment}". Write "// mutant drop, weaken: equivalent, <reason>".`,
    );
  }
  return { line, about: line, operators: operators.split(', '), reason };
}

/**
 * Looks up which mutants the comments in the TypeScript files of `folders` call equivalent.
 *
 * @param mutants all of these files: a comment about none of them is a fault
 */
export function findEquivalents(folders: readonly URL[], mutants: readonly Mutant[]): Equivalents {
  const reasons = new Map<string, string>();
  const faults: string[] = [];
  const names = folders.flatMap(folder => readdirSync(folder).map(name => [name, folder] as const));
  for (const [name, folder] of names) {
    if (!name.endsWith('.ts')) continue;
    const file = fileURLToPath(new URL(name, folder));
    for (const { line, about, operators, reason } of equivalenceComments(readFileSync(file, 'utf8'))) {
      for (const operator of operators) {
        const meant = mutants.filter(
          mutant =>
            mutant.operator === operator && mutant.source.line === about && mutant.source.file === file,
        );
        for (const { id } of meant) reasons.set(id, reason);
        if (meant.length === 0) {
          faults.push(
            `${name}:${line} calls "${operator}" equivalent, but line ${about} has no such mutant. Remove it, or move it.`,
          );
        }
      }
    }
  }
  return { reasons, faults };
}
