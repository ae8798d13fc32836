import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Consumer, InvalidArgumentError, type Message, type Session } from '#src/index.js';
import { errorOf, eventually, withBroker } from './with-broker.js';

async function withConsumer(count: number, options = {}): Promise<{ session: Session; consumer: Consumer }> {
  const { session } = await withBroker();
  await session.declareQueue('q');
  const consumer = await session.consume('q', { noAck: true, ...options });
  publish(session, count);
  return { session, consumer };
}

function publish(session: Session, count: number, from = 0): void {
  for (let i = from; i < from + count; i++) session.publish('', 'q', `${i}`);
  session.flush();
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

/** Fails the test if a promise was rejected and nobody cared. */
function watchRejections(): void {
  const seen: unknown[] = [];
  const note = (reason: unknown) => seen.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(async () => {
    await delay(20);
    process.off('unhandledRejection', note);
    expect(seen).toEqual([]);
  });
}

describe('listen', () => {
  test('calls a handler for every message in order, and ends with the consumer', async () => {
    const { session, consumer } = await withConsumer(3000);
    const received: string[] = [];
    const listening = consumer.listen(message => received.push(message.text()));
    await eventually('all are received', () => received.length === 3000);
    publish(session, 3000, 3000); // it slept meanwhile
    await eventually('all are received', () => received.length === 6000);
    expect(received).toEqual(numbers(6000));
    await consumer.cancel();
    await listening;
  });

  test.each([1, 3, 100])('runs at most %i asynchronous handlers at a time', async concurrency => {
    const { consumer } = await withConsumer(300);
    let running = 0;
    let most = 0;
    const started: string[] = [];
    const listening = consumer.listen(
      async message => {
        started.push(message.text());
        most = Math.max(most, ++running);
        await delay(started.length % 3);
        running--;
      },
      { concurrency },
    );
    await eventually('all are handled', () => started.length === 300 && running === 0);
    expect(most).toBe(concurrency);
    expect(started).toEqual(numbers(300));
    await consumer.cancel();
    await listening;
  });

  test('resolves only when the last handlers have ended', async () => {
    const { consumer } = await withConsumer(5);
    let open = (): void => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    let started = 0;
    let ended = 0;
    let resolved = false;
    const listening = consumer
      .listen(
        async () => {
          started++;
          await gate;
          ended++;
        },
        { concurrency: 10 },
      )
      .then(() => {
        resolved = true;
      });
    await eventually('all have started', () => started === 5);
    await consumer.cancel(); // several turns of the event loop: enough to resolve, if it would
    expect(resolved).toBe(false);
    open();
    await listening;
    expect(ended).toBe(5);
  });

  test.each([1, 10])('rejects with what a synchronous handler threw, concurrency %i', async concurrency => {
    watchRejections();
    const { consumer } = await withConsumer(10);
    const received: string[] = [];
    const listening = consumer.listen(
      message => {
        received.push(message.text());
        if (received.length === 4) throw new Error('the fourth');
      },
      { concurrency },
    );
    await expect(listening).rejects.toThrow('the fourth');
    expect(received).toHaveLength(4);
    // It may listen again: the other messages are there.
    const again = consumer.listen(message => received.push(message.text()));
    await eventually('the rest is received', () => received.length === 10);
    expect(received).toEqual(numbers(10));
    await consumer.cancel();
    await again;
  });

  test.each([1, 2, 10])(
    'rejects as soon as an asynchronous handler did, concurrency %i',
    async concurrency => {
      watchRejections();
      const { session, consumer } = await withConsumer(6);
      let handled = 0;
      const listening = consumer.listen(
        async message => {
          handled++;
          await delay(5);
          if (message.text() === '3') throw new Error('number 3');
        },
        { concurrency },
      );
      await expect(listening).rejects.toThrow('number 3'); // although no further message comes
      const before = handled;
      publish(session, 5, 6);
      await session.sync();
      await delay(10);
      expect(handled).toBe(before);
      // A consumer whose listener gave up while it waited hears of the next message.
      const rest: string[] = [];
      const again = consumer.listen(message => rest.push(message.text()));
      await eventually('the rest is received', () => rest.at(-1) === '10');
      publish(session, 1, 11);
      await eventually('another one is received', () => rest.at(-1) === '11');
      expect(handled + rest.length).toBe(12);
      await consumer.cancel();
      await again;
    },
  );

  test('a handler may return a thenable that is no Promise', async () => {
    const { consumer } = await withConsumer(3);
    let handled = 0;
    const listening = consumer.listen(() => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then: (resolve: () => void) => {
        handled++;
        setTimeout(resolve, 1);
      },
    }));
    await eventually('all are handled', () => handled === 3);
    await consumer.cancel();
    await listening;
  });

  test('a failed listener leaves the other consumers alone', async () => {
    watchRejections();
    const { session, consumer } = await withConsumer(0);
    const other = await session.consume('q', { noAck: true });
    let received = 0;
    const fine = other.listen(() => received++);
    const failing = consumer.listen(() => {
      throw new Error('no');
    });
    const failed = expect(failing).rejects.toThrow('no');
    publish(session, 100);
    await failed;
    await consumer.cancel();
    await eventually('the other got the rest', () => received >= 50);
    await eventually('all but the failed one', async () => received === 99);
    await other.cancel();
    await fine;
  });

  test('lets the event loop do other work', async () => {
    const { consumer } = await withConsumer(20_000);
    let received = 0;
    let seenByTimer = -1;
    setTimeout(() => {
      seenByTimer = received;
    }, 0);
    const listening = consumer.listen(() => received++);
    await eventually('all are received', () => received === 20_000);
    expect(seenByTimer).toBeGreaterThanOrEqual(0);
    expect(seenByTimer).toBeLessThan(20_000);
    await consumer.cancel();
    await listening;
  });

  test('refuses what is no handler, no concurrency, and a second listener', async () => {
    const { consumer } = await withConsumer(0);
    // biome-ignore lint/suspicious/noExplicitAny: calls that the types forbid
    const anything = consumer as any;
    for (const call of [
      () => anything.listen(),
      () => anything.listen('handler'),
      () => anything.listen(() => {}, { concurrency: 0 }),
      () => anything.listen(() => {}, { concurrency: 1.5 }),
      () => anything.listen(() => {}, { parallel: 2 }),
      () => anything.poll(() => {}, { interval: 0 }),
      () => anything.poll(() => {}, { interval: '1' }),
      () => anything.receive('soon'),
      () => anything.receive(-1),
      () => anything.receive(Number.NaN),
    ]) {
      expect(await errorOf(call), String(call)).toBeInstanceOf(InvalidArgumentError);
    }
    const listening = consumer.listen(() => {});
    const error = await errorOf(() => consumer.listen(() => {}));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/'q'.*'listen'.*another consumer/);
    await consumer.cancel();
    await listening;
  });
});

describe('other ways to receive', () => {
  test('for await, over pauses, until the consumer is cancelled', async () => {
    const { session, consumer } = await withConsumer(500);
    const received: string[] = [];
    const loop = (async () => {
      for await (const message of consumer) received.push(message.text());
    })();
    await eventually('the first half', () => received.length === 500);
    publish(session, 500, 500);
    await eventually('the second half', () => received.length === 1000);
    await consumer.cancel();
    await loop;
    expect(received).toEqual(numbers(1000));
  });

  test('a loop that is left can be taken up again, in another way', async () => {
    const { session, consumer } = await withConsumer(100);
    await session.sync();
    const received: string[] = [];
    for await (const message of consumer) if (received.push(message.text()) === 10) break;
    for (const message of consumer) if (received.push(message.text()) === 20) break;
    for await (const message of consumer) if (received.push(message.text()) === 30) break;
    while (received.length < 40) received.push((consumer.tryReceive() as Message).text());
    const listening = consumer.listen(message => received.push(message.text()));
    await eventually('all are received', () => received.length === 100);
    expect(received).toEqual(numbers(100));
    await consumer.cancel();
    await listening;
  });

  test('poll', async () => {
    const { session, consumer } = await withConsumer(500);
    const received: string[] = [];
    const polling = consumer.poll(message => received.push(message.text()), { interval: 2 });
    await eventually('the first half', () => received.length === 500);
    publish(session, 500, 500);
    await eventually('the second half', () => received.length === 1000);
    expect(received).toEqual(numbers(1000));
    await consumer.cancel();
    await polling;
  });

  test('poll rejects with what its handler threw', async () => {
    watchRejections();
    const { consumer } = await withConsumer(10);
    await expect(
      consumer.poll(async message => {
        if (message.text() === '5') throw new Error('number 5');
      }),
    ).rejects.toThrow('number 5');
  });

  test('receive with a time limit', async () => {
    const { session, consumer } = await withConsumer(2);
    expect(consumer.receive(1000)?.text()).toBe('0');
    expect(consumer.receive()?.text()).toBe('1');
    const before = performance.now();
    expect(consumer.receive(30)).toBeUndefined();
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    expect(consumer.receive(0)).toBeUndefined();
    session.publish('', 'q', 'sent before it sleeps');
    expect(consumer.receive(5000)?.text()).toBe('sent before it sleeps');
  });

  test('get takes the oldest, or nothing', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q');
    expect(await session.get('q')).toBeUndefined();
    publish(session, 300);
    const all = await Promise.all(Array.from({ length: 305 }, () => session.get('q', { noAck: true })));
    expect(all.map(message => message?.text())).toEqual([...numbers(300), ...new Array(5).fill(undefined)]);
    expect((await session.stats()).queues[0]).toMatchObject({
      ready: 0,
      published: 300,
      delivered: 300,
      acknowledged: 300,
    });
  });

  test('many bodies by many gets at a time, more than a ring of answers holds', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q');
    for (let i = 0; i < 200; i++) session.publish('', 'q', Buffer.alloc(2000, i));
    const all = await Promise.all(Array.from({ length: 200 }, () => session.get('q', { noAck: true })));
    // A get that found its answers' ring full asks again, so another may have been served before it.
    const bodies = all.map(message => message?.uint8At(1999) as number);
    expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });
});

test('ackAll acknowledges what is left, whatever was settled before, the last message too', async () => {
  const { session, consumer } = await withConsumer(10, { noAck: false });
  const messages = numbers(10).map(() => consumer.receive() as Message);
  messages[9]?.ack();
  messages[4]?.nack({ requeue: false });
  messages[8]?.ack();
  expect(consumer.unsettled).toBe(7);
  consumer.ackAll();
  expect(consumer.unsettled).toBe(0);
  expect(messages.every(message => message.settled)).toBe(true);
  consumer.ackAll();
  await session.sync();
  expect((await session.stats()).queues[0]).toMatchObject({ acknowledged: 9, dropped: 1, unacknowledged: 0 });
});

describe('messages received in place', () => {
  test('are one cursor that moves', async () => {
    const { consumer } = await withConsumer(100, { inPlace: true });
    let first: Message | undefined;
    for (let i = 0; i < 100; i++) {
      const message = consumer.receive() as Message;
      first ??= message;
      expect(message).toBe(first);
      expect([message.text(), message.routingKey, message.exchange]).toEqual([`${i}`, 'q', '']);
      const copy = new Uint8Array(10);
      expect(message.copyTo(copy, 2)).toBe(message.length);
      expect(Buffer.from(copy.subarray(2, 2 + message.length)).toString()).toBe(`${i}`);
    }
  });

  test('others are the receiver’s own for ever', async () => {
    const { session, consumer } = await withConsumer(0, { ringBytes: 1 << 14 });
    const kept: Message[] = [];
    for (let i = 0; i < 2000; i += 100) {
      publish(session, 100, i);
      for (let k = 0; k < 100; k++) kept.push(consumer.receive() as Message);
    }
    expect(kept.map(message => message.text())).toEqual(numbers(2000));
  });

  test('cannot be handled side by side or gathered', async () => {
    const { consumer } = await withConsumer(0, { inPlace: true });
    expect((await errorOf(() => consumer.listen(() => {}, { concurrency: 2 }))).message).toMatch(/in place/);
    expect((await errorOf(() => consumer.pool('file:///nowhere.mjs'))).message).toMatch(/in place/);
  });

  test('bytes outside of the body cannot be read', async () => {
    const { session, consumer } = await withConsumer(0, { inPlace: true });
    session.publish('', 'q', new Uint8Array(8).fill(1));
    session.flush();
    const message = consumer.receive() as Message;
    expect([message.uint8At(7), message.int32At(4), message.float64At(0)]).toEqual([
      1, 0x01010101, 7.748604185489348e-304,
    ]);
    for (const read of [
      () => message.uint8At(8),
      () => message.int32At(5),
      () => message.float64At(1),
      () => message.uint8At(-1),
    ]) {
      expect(read).toThrow(RangeError);
    }
  });
});
