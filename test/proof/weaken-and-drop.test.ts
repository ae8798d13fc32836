import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutated } from './mutated.js';

const CHANGES = ['add', 'sub', 'and', 'or', 'xor', 'exchange'];

/** What the function f of a module answers, and what it leaves in a word that was `word`. */
function run(module: string, word: number, ...values: number[]): { answer: unknown; left: number } {
  const words = Int32Array.of(0, word);
  const f = new Function(`${module}; return f;`)();
  const answer = f(words, ...values);
  return { answer, left: words[1]! };
}

/** The texts of the mutants of a function whose body answers `expression`, by operator. */
function mutantsOf(expression: string): Record<string, string> {
  const module = `function f(words, a, b) { return ${expression}; }`;
  return Object.fromEntries(mutated(module).map(({ operator, text }) => [operator, text]));
}

describe('weakened', () => {
  test.each(CHANGES)('%s answers and leaves what the atomic one does, without Atomics', operation => {
    const expression = `Atomics.${operation}(words, 1, a)`;
    const { weaken } = mutantsOf(expression);
    expect(weaken).not.toContain('Atomics');
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (word, value) => {
        expect(run(weaken!, word, value)).toEqual(
          run(`function f(words, a) { return ${expression}; }`, word, value),
        );
      }),
    );
  });

  test('compareExchange stores only if it finds what it expects', () => {
    const { weaken } = mutantsOf('Atomics.compareExchange(words, 1, a, b)');
    expect(weaken).not.toContain('Atomics');
    expect(run(weaken!, 7, 7, 9)).toEqual({ answer: 7, left: 9 });
    expect(run(weaken!, 7, 8, 9)).toEqual({ answer: 7, left: 7 });
  });

  test('load and store', () => {
    expect(run(mutantsOf('Atomics.load(words, 1)')['weaken']!, 7)).toEqual({ answer: 7, left: 7 });
    expect(run(mutantsOf('Atomics.store(words, 1, a)')['weaken']!, 7, 9)).toEqual({ answer: 9, left: 9 });
  });

  test('a wait and a notify have no weaker form', () => {
    const module = 'function f(words) { Atomics.wait(words, 1, 0); Atomics.notify(words, 1); }';
    expect(mutated(module).filter(({ operator }) => operator === 'weaken')).toEqual([]);
  });
});

describe('dropped', () => {
  test.each(CHANGES)('%s answers the word and leaves it', operation => {
    const { drop } = mutantsOf(`Atomics.${operation}(words, 1, a)`);
    expect(run(drop!, 7, 9)).toEqual({ answer: 7, left: 7 });
  });

  test('compareExchange answers that it was done if it would have been, and stores nothing', () => {
    const { drop } = mutantsOf('Atomics.compareExchange(words, 1, a, b)');
    expect(run(drop!, 7, 7, 9)).toEqual({ answer: 7, left: 7 });
    expect(run(drop!, 7, 8, 9)).toEqual({ answer: 7, left: 7 });
  });

  test('store, notify and the waits do nothing', () => {
    expect(run(mutantsOf('Atomics.store(words, 1, a)')['drop']!, 7, 9)).toEqual({ answer: 9, left: 7 });
    expect(run(mutantsOf('Atomics.notify(words, 1)')['drop']!, 7).answer).toBe(0);
    expect(run(mutantsOf('Atomics.wait(words, 1, 7)')['drop']!, 7).answer).toBe('not-equal');
    const { answer } = run(mutantsOf('Atomics.waitAsync(words, 1, 7)')['drop']!, 7);
    expect(answer).toEqual({ async: false, value: 'not-equal' });
  });

  test('a wait without its check sleeps on a word that has changed', () => {
    const { 'drop-check': unchecked } = mutantsOf('Atomics.wait(words, 1, a, b)');
    expect(unchecked).toContain('Atomics.wait(words, 1, Atomics.load(words, 1), b)');
  });

  test.each([
    ['if (Atomics.load(words, 1) === 3) return 1; return 0;', 'if (TRUE) return 1; return 0;'],
    ['return (Atomics.load(words, 1) & 1) !== 0;', 'return TRUE;'],
    ['return Atomics.load(words, 1) ? 1 : 2;', 'return TRUE ? 1 : 2;'],
    ['while (Atomics.load(words, 1)) a();', 'while (TRUE) a();'],
    ['return a && Atomics.load(words, 1);', 'return a && TRUE;'],
    ['return !(Atomics.load(words, 1) & 2);', 'return !(TRUE);'],
  ])('the condition around a load becomes constant: %s', (body, expected) => {
    const texts = Object.fromEntries(
      mutated(`function f(words, a) { ${body} }`).map(mutant => [mutant.id, mutant.text]),
    );
    const whole = (constant: string) => `function f(words, a) { ${expected.replace('TRUE', constant)} }`;
    expect(texts['f:1:drop-true']).toBe(whole('true'));
    expect(texts['f:1:drop-false']).toBe(whole('false'));
    expect(texts['f:1:drop']).toBeUndefined();
  });

  test('a load that renews a remembered value leaves the remembered one', () => {
    const [, dropped] = mutated('class A { see() { this.#seen = Atomics.load(words, 1); } #seen = 0; }');
    expect(dropped?.text).toContain('this.#seen = this.#seen;');
  });

  test.each([
    'class A { constructor(words) { this.seen = Atomics.load(words, 1); } }',
    'function f(words) { const seen = Atomics.load(words, 1) & ~1; return seen; }',
  ])('a load of something that nobody remembers answers 0: %s', module => {
    const dropped = mutated(module).find(({ operator }) => operator === 'drop');
    expect(dropped?.text).toBe(module.replace('Atomics.load(words, 1)', '0'));
  });
});
