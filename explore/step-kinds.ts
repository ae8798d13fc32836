import type { StepKind } from './scenario.js';

/** The kinds of steps as small integers: what the engine compares and stores. */
export const Kind = {
  READ: 0,
  WRITE: 1,
  LOAD: 2,
  STORE: 3,
  ADD: 4,
  SUB: 5,
  AND: 6,
  OR: 7,
  XOR: 8,
  EXCHANGE: 9,
  COMPARE_EXCHANGE: 10,
  WAIT: 11,
  NOTIFY: 12,
  TIMEOUT: 13,
  DEATH: 14,
  JOIN: 15,
  INVOKE: 16,
  RETURN: 17,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/** Their names, by number. */
export const KIND_NAMES: readonly StepKind[] = [
  'read',
  'write',
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'notify',
  'timeout',
  'death',
  'join',
  'invoke',
  'return',
];

/** What a step does to a location. */
export const READS = 1;
export const WRITES = 2;

/** What a pending step of a kind may do to its location; a compare-exchange that fails turns out to read only. */
export const MODES: readonly number[] = [
  READS, // read
  WRITES, // write
  READS, // load
  WRITES, // store
  READS | WRITES, // add
  READS | WRITES, // sub
  READS | WRITES, // and
  READS | WRITES, // or
  READS | WRITES, // xor
  READS | WRITES, // exchange
  READS | WRITES, // compareExchange
  READS, // wait: of the word. It also changes the list of those who wait for it.
  0, // notify: does not touch the word
  0, // timeout
  0, // death
  0, // join
  0, // invoke: depends on returns, see dependence.ts
  0, // return
];
