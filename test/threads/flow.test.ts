import { describe, expect, test } from 'vitest';
import { eventually, withBroker } from '../client/with-broker.js';
import { Threads } from './threads.js';

const DISPATCHES = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
] as const;
const MESSAGES = 40_000;

/** Publishers and consumers in threads of their own; everything must come out once, whole, and in order. */
async function flow(
  dispatch: (typeof DISPATCHES)[number],
  publishers: number,
  consumers: number,
  options: { longest?: number; way?: string; inPlace?: boolean; messages?: number } = {},
): Promise<void> {
  const { longest = 200, way = 'for', inPlace = true, messages = MESSAGES } = options;
  const { broker, session } = await withBroker({ inboxBytes: 1 << 14 });
  const threads = new Threads();
  await session.declareQueue('q', { dispatch, ringBytes: 1 << 16 });
  const counter = new SharedArrayBuffer(4);
  const received = new Int32Array(counter);
  const ringBytes = dispatch === 'queue-per-consumer' ? 1 << 14 : undefined;
  const readers = Array.from({ length: consumers }, () =>
    threads.start('consumer', { handle: broker.handle, counter, ringBytes, way, inPlace }),
  );
  await Promise.all(readers.map(reader => reader.said('started')));
  const count = messages / publishers;
  const writers = Array.from({ length: publishers }, (_, id) =>
    threads.start('publisher', { handle: broker.handle, id, count, longest }),
  );
  await Promise.all(writers.map(writer => writer.said('done')));
  await eventually('all is received', () => Atomics.load(received, 0) >= messages, 30_000);
  await session.deleteQueue('q');
  const outcomes = await Promise.all(readers.map(reader => reader.said('done')));
  expect(Atomics.load(received, 0)).toBe(messages);
  for (let id = 0; id < publishers; id++) {
    expect(outcomes.reduce((sum, { counts }) => sum + (counts[id] ?? 0), 0)).toBe(count);
  }
  for (const { disorder } of outcomes) expect(disorder).toBeUndefined();
  await Promise.all([...readers, ...writers].map(thread => thread.ended));
  expect(await session.stats()).toMatchObject({ sessions: 1, pagesInUse: 0, largeBodies: 0 });
}

// Every ring is so small that a few frames fill it, so each wraps hundreds of times.
describe.each(DISPATCHES)('%s: what goes in comes out, with', dispatch => {
  test.each([
    [1, 1],
    [2, 2],
    [8, 1],
    [4, 8],
  ])('%i publishers and %i consumers', (publishers, consumers) => flow(dispatch, publishers, consumers));

  test('bodies on both sides of the limit of the ring', () =>
    flow(dispatch, 2, 2, { longest: 9000, messages: 10_000 }));
});

describe('what goes in comes out, received by', () => {
  test.each(['listen', 'poll', 'for await', 'receive'])('%s', way =>
    flow('queue-per-consumer', 2, 2, { way, inPlace: false }),
  );

  test.each(DISPATCHES.slice(1))('listen, %s', dispatch =>
    flow(dispatch, 2, 2, { way: 'listen', inPlace: false }),
  );
});
