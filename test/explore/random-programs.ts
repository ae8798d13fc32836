import fc from 'fast-check';
import { joinThread, operation, type Scenario } from '#explore/index.js';

/** One statement of a program of the generator: what it does, where, and with which value. */
export interface Statement {
  readonly does: 'load' | 'store' | 'add' | 'cas' | 'wait' | 'timed wait' | 'notify' | 'call' | 'until';
  readonly at: number;
  readonly value: number;
}

const WORDS = 2;

const statement: fc.Arbitrary<Statement> = fc.record({
  does: fc.constantFrom(
    'load' as const,
    'load' as const,
    'store' as const,
    'store' as const,
    'add' as const,
    'cas' as const,
    'wait' as const,
    'timed wait' as const,
    'notify' as const,
    'call' as const,
    'until' as const,
  ),
  at: fc.nat(WORDS - 1),
  value: fc.nat(1),
});

/** Programs of two threads with up to four statements each, or three with up to two or three. */
export const programs: fc.Arbitrary<Statement[][]> = fc.oneof(
  fc.array(fc.array(statement, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 2 }),
  fc.tuple(
    fc.array(statement, { minLength: 1, maxLength: 2 }),
    fc.array(statement, { minLength: 1, maxLength: 2 }),
    fc.array(statement, { minLength: 1, maxLength: 3 }),
  ),
);

function run(words: Int32Array, { does, at, value }: Statement): unknown {
  switch (does) {
    case 'load':
      return Atomics.load(words, at);
    case 'store':
      return Atomics.store(words, at, value);
    case 'add':
      return Atomics.add(words, at, 1);
    case 'cas':
      return Atomics.compareExchange(words, at, value, value + 1);
    case 'wait':
      return Atomics.wait(words, at, value);
    case 'timed wait':
      return Atomics.wait(words, at, value, 10);
    case 'notify':
      return Atomics.notify(words, at, 1);
    case 'call':
      return operation('read', [at], () => Atomics.load(words, at));
    case 'until':
      while (Atomics.load(words, at) !== value);
      return 'seen';
  }
}

export function scenarioOf(program: Statement[][], join: boolean, mayDie: boolean): Scenario<Int32Array> {
  const threads: Record<string, (words: Int32Array) => unknown> = {};
  program.forEach((statements, i) => {
    threads[`t${i}`] = words => {
      const before = join && i > 0 ? [joinThread('t0')] : [];
      return [...before, ...statements.map(each => run(words, each))];
    };
  });
  return {
    name: 'random program',
    setup: () => new Int32Array(new SharedArrayBuffer(4 * WORDS)),
    threads,
    maySleep: true,
    ...(mayDie ? { mayDie: ['t0'] } : {}),
  };
}
