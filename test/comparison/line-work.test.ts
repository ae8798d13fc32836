import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENVELOPE_BYTES } from '#src/comparison/envelope.js';
import { lineWork, splitLines } from '#src/comparison/line-work.js';
import { Outbox } from '#src/comparison/outbox.js';
import { countPerBinding, partLength, type Work } from '#src/comparison/work.js';

const LOG = readFileSync(new URL('./fixtures/access-log.txt', import.meta.url));

function lines(text: string | Uint8Array): string[] {
  const file = Buffer.from(text);
  const { starts, lengths } = splitLines(file);
  return Array.from(starts, (start, line) => file.toString('latin1', start, start + lengths[line]!));
}

test.each([
  ['a\nb\n', ['a', 'b']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['a\rb\r', ['a\rb\r']],
  ['\n', ['']],
  ['\r\n\n', ['', '']],
  ['a\n\n\nb', ['a', '', '', 'b']],
  ['x', ['x']],
])('the lines of %j are %j', (text, expected) => {
  expect(lines(text)).toEqual(expected);
});

/** What publishers send in one pass, in their order, as latin1 text. */
function sent(work: Work, publishers: number): string[] {
  return Array.from({ length: publishers }, (_, publisher) => {
    const outbox = new Outbox(work, publisher, publishers);
    return Array.from({ length: partLength(work.messages, publisher, publishers, work.messages) }, () => {
      const body = outbox.bodies[outbox.stamp()]!;
      return Buffer.from(body.subarray(ENVELOPE_BYTES)).toString('latin1');
    });
  }).flat();
}

test.each([1, 2, 3, 7, 64])(
  '%d publishers send every line, byte by byte, in the order of the file',
  publishers => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const file = Buffer.concat([Buffer.from('first\n'), all, Buffer.from('\n\nlast: ö')]);
    const expected = lines(file);
    expect(expected).toHaveLength(5);
    expect(sent(lineWork(file, 1), publishers)).toEqual(expected);
    expect(sent(lineWork(file, 4), publishers)).toEqual([...expected, ...expected, ...expected, ...expected]);
  },
);

test('an access log has a queue for each status class, whether it occurs or not', () => {
  const work = lineWork(LOG, 1);
  expect(work.kind).toBe('access-log');
  expect(work.bindings.map(({ pattern }) => pattern)).toEqual(['*.5xx.#', '*.4xx.#', '*.3xx.#', '*.2xx.#']);
  expect(work.queues).toHaveLength(4);
  expect(countPerBinding(work, 2, work.messages)).toEqual([1, 3, 2, 4]);
  expect(countPerBinding(lineWork(LOG, 20), 3, 200)).toEqual([20, 60, 40, 80]);
  const found = lineWork(Buffer.from(LOG.toString().split('\n')[0]!), 1);
  expect(countPerBinding(found, 1, 1)).toEqual([0, 0, 0, 1]);
});

test('lines of an access log that are none, and other status classes, get bindings of their own', () => {
  const work = lineWork(Buffer.concat([LOG, Buffer.from('cut off\n')]), 1);
  expect(work.bindings.map(({ pattern }) => pattern).slice(4)).toEqual(['*.-.#']);
  expect(countPerBinding(work, 1, work.messages)).toEqual([1, 3, 2, 4, 1]);
});

test('another file goes to one queue', () => {
  const work = lineWork(Buffer.from('b x\na\nb y\n'), 2);
  expect(work).toMatchObject({ kind: 'lines', messages: 6, keys: ['line.b', 'line.a'], queues: ['lines'] });
  expect(work.bindings).toEqual([{ pattern: 'line.#', queue: 0 }]);
  expect(countPerBinding(work, 2, 6)).toEqual([6]);
});
