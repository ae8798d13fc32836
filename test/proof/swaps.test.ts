import { describe, expect, test } from 'vitest';
import { mutated } from './mutated.js';

/** The swaps in a function with these statements, as its mutated statements by id. */
function swapsOf(statements: string, rest = ''): Record<string, string> {
  const start = 'function f(words, bell, a) { ';
  const found = mutated(`${start}${statements} }${rest}`).filter(({ operator }) =>
    operator.startsWith('swap'),
  );
  return Object.fromEntries(
    found.map(({ id, text }) => [id, text.slice(start.length, start.length + statements.length)]),
  );
}

const A = 'Atomics.store(words, 1, 1);';
const B = 'Atomics.store(words, 2, 2);';
const C = 'Atomics.notify(words, 2);';

describe('pairs of neighbours', () => {
  test('each once, named by the first access', () => {
    expect(swapsOf(`${A} ${B} ${C}`)).toEqual({
      'f:1:swap-after': `${B} ${A} ${C}`,
      'f:2:swap-after': `${A} ${C} ${B}`,
    });
  });

  test('a plain access before, and one behind', () => {
    expect(swapsOf(`words[0] = 7; ${A} words[3] = 8;`)).toEqual({
      'f:1:swap-before': `${A} words[0] = 7; words[3] = 8;`,
      'f:1:swap-after': `words[0] = 7; words[3] = 8; ${A}`,
    });
  });

  test('two plain accesses are none', () => {
    expect(swapsOf('words[0] = 7; words[3] = 8;')).toEqual({});
  });

  test('what is private to the thread stays between them, or goes along with what it needs', () => {
    const load = 'const x = Atomics.load(words, 1);';
    expect(
      swapsOf(`${load} if (x === 0) return; const y = a + 1; if (Atomics.load(words, y)) return;`),
    ).toEqual({
      'f:1:swap-after': `const y = a + 1; if (Atomics.load(words, y)) return; ${load} if (x === 0) return;`,
    });
  });

  test('statements in a block of their own are neighbours of each other, and the block of those around it', () => {
    expect(swapsOf(`${A} if (a) { ${B} ${C} }`)).toEqual({
      'f:1:swap-after': `if (a) { ${B} ${C} } ${A}`,
      'f:2:swap-after': `${A} if (a) { ${C} ${B} }`,
    });
  });
});

describe('no swap', () => {
  test.each([
    [
      'the second needs what the first defines',
      `const x = Atomics.load(words, 1); Atomics.store(words, x, 1);`,
    ],
    [
      'the second needs what something between them makes of it',
      `const x = Atomics.load(words, 1); const y = x + 1; words[y] = 0;`,
    ],
    ['the second leaves the block', `${A} return Atomics.load(words, 2);`],
    ['the neighbour is private', `${A} a = 7;`],
    ['the access runs later', `const later = () => Atomics.load(words, 1); words[2] = 1;`],
  ])('%s', (_, statements) => {
    expect(swapsOf(statements)).toEqual({});
  });

  test('a property is not the variable of the same name', () => {
    expect(
      Object.keys(swapsOf(`const x = Atomics.load(words, 1); bell.x = Atomics.load(words, 2);`)),
    ).toEqual(['f:1:swap-after']);
  });
});

describe('what uses shared memory through others', () => {
  const BELL = `
    class Bell {
      #words;
      ring() { if (this.asleep) this.#wake(); }
      get asleep() { return Atomics.load(this.#words, 0) === 1; }
      set limit(to) { Atomics.store(this.#words, 1, to); }
      get limit() { return 1; }
      #wake() { Atomics.notify(this.#words, 0); }
      count() { this.counted++; }
    }`;

  test.each([
    ['a method', 'bell.ring();'],
    ['a getter', 'if (bell.asleep) return;'],
    ['a setter', 'bell.limit = 3;'],
    ['an arrow function with a name', 'later();'],
    ['an arrow function that is handed over', 'a.forEach(() => bell.ring());'],
    ['a method of typed arrays', 'words.fill(0);'],
  ])('%s', (_, statement) => {
    const rest = `const later = () => Atomics.load(words, 1); ${BELL}`;
    expect(swapsOf(`${A} ${statement}`, rest)).toEqual({ 'f:1:swap-after': `${statement} ${A}` });
  });

  test.each([
    ['a method that does not', 'bell.count();'],
    ['reading what only writing does', 'a = bell.limit;'],
  ])('not %s', (_, statement) => {
    expect(swapsOf(`${A} ${statement}`, BELL)).toEqual({});
  });

  test('two calls are swapped too, named by their place', () => {
    expect(swapsOf('bell.ring(); a = 1; bell.limit = 3;', BELL)).toEqual({
      'f:statement-1:swap-after': 'a = 1; bell.limit = 3; bell.ring();',
    });
  });
});
