import { describe, expect, test } from 'vitest';
import {
  BodyTooLargeError,
  InvalidArgumentError,
  json,
  NotFoundError,
  OutOfMemoryError,
  RoutingKeyTooLongError,
} from '#src/index.js';
import { errorOf, eventually, withBroker } from './with-broker.js';

describe('publish refuses', () => {
  test('what is no key, no body, no properties, or too much of one, and sends nothing', async () => {
    const { session } = await withBroker({ maxBodyBytes: 5000 });
    await session.declareQueue('q');
    const publisher = await session.publisher('');
    const withCodec = await session.publisher('', { codec: json });
    // biome-ignore lint/suspicious/noExplicitAny: calls that the types forbid
    const anything = publisher as any;
    const refusals: [() => unknown, new (...args: never[]) => Error, RegExp][] = [
      [() => anything.publish(undefined, 'x'), InvalidArgumentError, /routing key.*string, not undefined/],
      [() => anything.publish(null, 'x'), InvalidArgumentError, /not null/],
      [() => anything.publish(7, 'x'), InvalidArgumentError, /not 7/],
      [
        () => publisher.publish('é'.repeat(128), 'x'),
        RoutingKeyTooLongError,
        /256 bytes.*at most 255.*Shorten/,
      ],
      [() => publisher.publish('k'.repeat(256), 'x'), RoutingKeyTooLongError, /256 bytes/],
      [() => anything.publish('q'), InvalidArgumentError, /Uint8Array or a string, not undefined.*codec/],
      [() => anything.publish('q', 5), InvalidArgumentError, /not 5/],
      [() => anything.publish('q', { a: 1 }), InvalidArgumentError, /an object \(Object\)/],
      [() => anything.publish('q', [1]), InvalidArgumentError, /an array/],
      [() => anything.publish('q', new ArrayBuffer(4)), InvalidArgumentError, /ArrayBuffer/],
      [() => anything.publish('q', new Uint16Array(4)), InvalidArgumentError, /Uint16Array/],
      [() => withCodec.publish('q', undefined), InvalidArgumentError, /undefined/],
      [
        () => publisher.publish('q', new Uint8Array(5001)),
        BodyTooLargeError,
        /5001 bytes.*at most 5000.*Split/,
      ],
      [() => publisher.publish('q', 'x'.repeat(5001)), BodyTooLargeError, /5001/],
      [() => publisher.publish('q', new Uint8Array(5001), { type: 'x' }), BodyTooLargeError, /5001/],
      [() => anything.publish('q', 'x', { priority: 256 }), InvalidArgumentError, /priority.*256/],
      [() => anything.publish('q', 'x', { colour: 'red' }), InvalidArgumentError, /colour/],
      [() => anything.publish('q', 'x', { headers: { f: () => 1 } }), InvalidArgumentError, /f/],
      [() => anything.publish('q', 'x', 'type'), InvalidArgumentError, /properties.*object, not 'type'/],
      [() => anything.publish('q', 'x', null), InvalidArgumentError, /properties.*object, not null/],
      [() => anything.publish('q', new Uint8Array(4000), { type: 5 }), InvalidArgumentError, /type.*5/],
    ];
    const pages = (await session.stats()).pagesInUse;
    for (const [call, Fault, message] of refusals) {
      const error = await errorOf(call);
      expect(error, String(message)).toBeInstanceOf(Fault);
      expect(error.message).toMatch(message);
    }
    publisher.publish('q', 'the only one');
    await session.sync();
    const stats = await session.stats();
    expect(stats.pagesInUse).toBe(pages);
    expect(stats.unroutable).toBe(0);
    expect(stats.queues[0]).toMatchObject({ published: 1, ready: 1 });
  });

  test('small bodies, too, where the limit is small', async () => {
    const { session } = await withBroker({ maxBodyBytes: 10 });
    await session.declareQueue('q');
    session.publish('', 'q', '0123456789');
    session.publish('', 'q', '0123456789', { type: 'a long type' });
    expect(await errorOf(() => session.publish('', 'q', '0123456789A'))).toBeInstanceOf(BodyTooLargeError);
    expect(await errorOf(() => session.publish('', 'q', '0123456789A', { type: 'x' }))).toBeInstanceOf(
      BodyTooLargeError,
    );
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(2);
  });

  test('a body that the whole shared memory could not hold', async () => {
    const { session } = await withBroker({ memory: 8 << 20, maxSessions: 4 });
    await session.declareQueue('q');
    const error = await errorOf(() => session.publish('', 'q', new Uint8Array(8 << 20)));
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error.code).toBe('ERR_RINGMQ_OUT_OF_MEMORY');
    expect(error.message).toMatch(/8388608 bytes.*more `memory`/);
    session.publish('', 'q', 'goes on');
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(1);
  });

  test('a publisher learns that its exchange is gone, others do not notice', async () => {
    const { session } = await withBroker();
    await session.declareExchange('x', 'fanout');
    await session.declareQueue('q');
    await session.bindQueue('q', 'x');
    const doomed = await session.publisher('x');
    const other = await session.publisher('');
    doomed.publish('k', 'routed');
    await session.deleteExchange('x');
    const error = await eventually('the publisher is told', async () => {
      try {
        doomed.publish('k', 'lost');
        await session.sync();
        other.publish('q', 'still here');
      } catch (error) {
        return error as Error;
      }
      return undefined;
    });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toMatch(/'x'/);
    expect(await errorOf(() => doomed.publish('k', 'lost'))).toBeInstanceOf(NotFoundError);
    other.publish('q', 'still here');
    // Declared again, it can be published to again.
    await session.declareExchange('x', 'fanout');
    await session.bindQueue('q', 'x');
    const before = (await session.checkQueue('q')).messages;
    (await session.publisher('x')).publish('k', 'routed again');
    session.publish('x', 'k', 'and so');
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(before + 2);
  });

  test('a refusal reaches the right publisher when addresses were given away meanwhile', async () => {
    const { session } = await withBroker();
    await session.declareExchange('gone', 'fanout');
    const doomed = await session.publisher('gone');
    const many = await session.publisher('amq.topic');
    await session.deleteExchange('gone');
    doomed.publish('k', 'lost');
    for (let i = 0; i < 10_000; i++) many.publish(`key.${i}`, 'unroutable');
    await session.sync();
    many.publish('one more', 'x');
    await session.sync();
    many.publish('one more', 'x');
    expect(many.exchange).toBe('amq.topic');
  });
});
