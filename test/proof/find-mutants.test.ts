import { readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { expect, test } from 'vitest';
import { SHIPPED_CODE } from '#proof/code-under-test.js';
import { findMutants, MUTATED_FILES, sharedMemoryModules } from '#proof/mutants/find-mutants.js';

const EVERYWHERE = findMutants(sharedMemoryModules(SHIPPED_CODE));

test('every call of Atomics in the mailbox and the locks is weakened or dropped', () => {
  const mutants = findMutants();
  for (const file of MUTATED_FILES) {
    const text = readFileSync(new URL(file, SHIPPED_CODE), 'utf8');
    const calls = text.match(/Atomics\.\w+\(/g)?.length;
    const mutated = new Set(
      mutants
        .filter(mutant => mutant.file === file && !mutant.operator.startsWith('swap'))
        .map(({ id }) => id.slice(0, id.lastIndexOf(':'))),
    );
    expect(mutated.size, file).toBe(calls);
  }
});

test('ids name file, method, access and operator, and are unique', () => {
  const ids = EVERYWHERE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('memory/bell.js:#answer:1:weaken');
  expect(ids).toContain('memory/mailbox.js:closed:1:drop-false');
  expect(ids).toContain('memory/recovery.js:deadClaim:1:swap-after');
});

test('every mutant is a program, and differs from the shipped one in the text that it shows', () => {
  for (const { id, file, before, after, apply } of EVERYWHERE) {
    const shipped = readFileSync(new URL(file, SHIPPED_CODE), 'utf8');
    const text = apply();
    expect(() => parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), id).not.toThrow();
    expect(after, id).not.toBe(before);
    expect(text, id).toContain(after);
    expect(text.length - shipped.length, id).toBe(after.length - before.length);
  }
});

test('a mutant knows its line in both languages', () => {
  for (const { id, file, operator, line, source } of EVERYWHERE) {
    expect(source.file, id).toMatch(new RegExp(`src/${file.replace('.js', '.ts')}$`));
    if (operator.startsWith('swap')) continue;
    const compiled = readFileSync(new URL(file, SHIPPED_CODE), 'utf8').split('\n')[line - 1];
    const written = readFileSync(source.file, 'utf8').split('\n')[source.line - 1];
    const operation = /Atomics\.\w+\(/;
    expect(written, id).toMatch(operation);
    expect(operation.exec(written!)![0], id).toBe(operation.exec(compiled!)![0]);
  }
});

// docs/mailbox.md, "Sleeping: the bell" and "The order of the reads": the orders that the proofs need.
test.each([
  ['announce, then look', 'memory/mailbox-reader.js:await:statement-2:swap-after'],
  ['ask for space, then look', 'memory/mailbox-writer.js:awaitSpace:1:swap-after'],
  ['commit, then ring', 'memory/exclusive-writer.js:flush:statement-2:swap-after'],
  ['copy, then commit', 'memory/mailbox-writer.js:flush:1:swap-before'],
  ['note, then claim', 'memory/mailbox-writer.js:#claim:3:swap-after'],
  ['TAIL, then notes', 'memory/recovery.js:deadClaim:1:swap-after'],
  ['notes, then stamps', 'memory/recovery.js:deadClaim:statement-1:swap-after'],
])('an order that matters is swapped: %s', (_, id) => {
  expect(EVERYWHERE.map(mutant => mutant.id)).toContain(id);
});
