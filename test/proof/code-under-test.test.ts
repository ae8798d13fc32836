import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadCode, SHIPPED_CODE } from '#proof/code-under-test.js';

test('the shipped code has everything that the mailbox and the rings export', async () => {
  const code = await loadCode();
  expect(Object.keys(code)).toEqual(
    expect.arrayContaining([
      'Arena',
      'Bell',
      'deadClaim',
      'ExclusiveWriter',
      'LockedRing',
      'Mailbox',
      'Sleepers',
    ]),
  );
});

test('no name is exported by two modules: one would hide the other', () => {
  const names = ['memory', 'queues'].flatMap(folder =>
    readdirSync(new URL(`${folder}/`, SHIPPED_CODE))
      .filter(name => name.endsWith('.js'))
      .flatMap(name => {
        const text = readFileSync(new URL(`${folder}/${name}`, SHIPPED_CODE), 'utf8');
        return [...text.matchAll(/^export (?:class|function\*?|const) (\w+)/gm)].map(match => match[1]);
      }),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
