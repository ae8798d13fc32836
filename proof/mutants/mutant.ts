/**
 * How a mutant differs from the code:
 *
 * - `weaken`: the access is a plain one; an atomic change of a word is a plain read and a plain write
 * - `drop`: the access has no effect, or its answer is an old one
 * - `drop-true`, `drop-false`: the condition in which the access stands is constant
 * - `drop-check`: a wait sleeps whatever the word says
 * - `swap-before`, `swap-after`: the statement that holds the access changes places with the one before, or after it
 */
export type Operator =
  | 'weaken'
  | 'drop'
  | 'drop-true'
  | 'drop-false'
  | 'drop-check'
  | 'swap-before'
  | 'swap-after';

/** A piece of a module's text, by offsets, and what stands there in the mutant. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A program that differs from the shipped one in one access to shared memory. */
export interface Mutant {
  /** `memory/bell.js:ring:1:weaken`: file, method, number of the access in the method, operator. Outlives new lines. */
  id: string;
  /** The module, as a path below the compiled `src/`. */
  file: string;
  operator: Operator;
  /** Line of the access in the compiled module, from 1. */
  line: number;
  /** The same in the TypeScript source: path of the file, and line from 1. */
  source: { file: string; line: number };
  /** The text that changes, and what it becomes. */
  before: string;
  after: string;
  /** The text of the whole mutated module. */
  apply(): string;
}
