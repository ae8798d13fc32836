import { expect, test } from 'vitest';
import { NotFoundError, OutOfMemoryError, PreconditionFailedError, type RingMQError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { Threads } from '../threads/threads.js';
import { withCountedBroker } from './counted-broker.js';

test("'refused' says which exchange a message was for, and why it was refused", async () => {
  const { session } = await withCountedBroker();
  const refused: [string, RingMQError][] = [];
  session.on('refused', (exchange, error) => refused.push([exchange, error]));
  session.publish('gone', 'k', 'x');
  session.publish('gone', 'k', new Uint8Array(100_000));
  const [first] = await eventually('it is told', () => refused.length > 0 && refused);
  expect(first?.[0]).toBe('gone');
  expect(first?.[1]).toBeInstanceOf(NotFoundError);
  expect((await session.stats()).largeBodies).toBe(0);
});

test('a listener that throws is an uncaught exception, and harms nobody else', async () => {
  const { handle } = await withCountedBroker();
  const thread = new Threads().start('listener-throws', { handle });
  expect((await thread.said('uncaught'))['message']).toBe('on purpose');
  expect((await thread.said('went on'))['heard']).toBe(10);
  expect((await thread.ended).error).toBeUndefined();
});

test.each([true, false])(
  'a confirm that has come keeps no thread alive (of one message: %s)',
  async single => {
    const { session, handle } = await withCountedBroker();
    await session.declareQueue('q');
    const thread = new Threads(10_000).start('confirmed-end', { handle, single });
    await thread.said('done');
    expect(await thread.ended).toMatchObject({ code: 0, error: undefined });
  },
);

// Long answers need shared memory. Where there is none left, whoever asks gets an error, and the router goes on.
test('a broker without any memory left still says what is wrong', async () => {
  const { session } = await withCountedBroker({ memory: 8 << 20, maxSessions: 4 });
  await session.declareQueue('q');
  const publisher = await session.publisher('', { whenFull: 'return' });
  for (let bytes = 1 << 20; bytes > 2048; bytes >>= 1) {
    while (publisher.publish('q', new Uint8Array(bytes))) await session.sync();
    await session.sync();
    while (publisher.publish('q', new Uint8Array(bytes))) await session.sync();
  }
  // The router has some memory of its own, for consumers.
  let consumers = 0;
  let full: RingMQError | undefined;
  for (; full === undefined; consumers++) {
    await session.consume('q', { ringBytes: 1 << 14 }).catch(error => {
      full = error;
    });
    expect(consumers).toBeLessThan(1000);
  }
  expect(full).toBeInstanceOf(OutOfMemoryError);
  for (let i = 0; i < 200; i++) await session.declareQueue(`queue ${i}`);
  expect(await errorOf(() => session.stats())).toBeInstanceOf(OutOfMemoryError);
  const long = 'x'.repeat(10_000);
  const error = await errorOf(() => session.bindQueue('q', 'amq.headers', '', { 'x-match': long }));
  expect(error).toBeInstanceOf(PreconditionFailedError);
  expect(error.message).toMatch(/x-match is "xxx.*…x.*Nothing was bound\.$/);
  for (let i = 0; i < 200; i++) await session.deleteQueue(`queue ${i}`);
  await session.deleteQueue('q');
});
