import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { InvalidArgumentError, type ListenOptions, type Message } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, numbers, watchRejections } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

/** Warnings while the test runs, which are not printed. */
function watchWarnings(): string[] {
  const warnings: string[] = [];
  const spy = vi
    .spyOn(process, 'emitWarning')
    .mockImplementation(warning => void warnings.push(`${warning}`));
  onTestFinished(() => spy.mockRestore());
  return warnings;
}

const WAYS: [string, (error: Error) => unknown][] = [
  [
    'throws',
    error => {
      throw error;
    },
  ],
  ['rejects at once', error => Promise.reject(error)],
  [
    'rejects later',
    async error => {
      await nextTurn();
      throw error;
    },
  ],
];

const OPTIONS: [string, ListenOptions, inPlace: boolean][] = [
  ['', {}, false],
  [', concurrency 5', { concurrency: 5 }, false],
  [', in place', {}, true],
];

// RabbitMQ, "Consumers", "Exception Handling": consumers are to handle the errors of their handlers themselves.
// "Consumer Acknowledgements and Publisher Confirms", "Negative Acknowledgement": without requeue it is dead-lettered.
describe.each(DISPATCHES)('%s', dispatch => {
  describe.each(WAYS)('a handler that %s', (_, fail) => {
    test.each(OPTIONS)(
      'its messages are rejected, the others acknowledged%s',
      async (_, options, inPlace) => {
        watchRejections();
        const queue = await queueUnderTest({ dispatch });
        const consumer = await queue.consume({ inPlace, prefetch: 6 });
        const told: unknown[] = [];
        const listening = consumer.listen(
          message => {
            const text = message.text();
            return Number(text) % 3 === 0 ? fail(new Error(`failed ${text}`)) : nextTurn();
          },
          {
            ...options,
            onError: (error, message, retried) =>
              told.push([(error as Error).message, retried, inPlace || message.text()]),
          },
        );
        await queue.publish(...numbers(30));
        await eventually('all are settled', async () => {
          const { acknowledged, deadLettered } = await queue.stats();
          return acknowledged + deadLettered === 30;
        });
        const failed = numbers(30).filter(text => Number(text) % 3 === 0);
        expect(told.sort()).toEqual(failed.map(text => [`failed ${text}`, false, inPlace || text]).sort());
        expect((await queue.deadLetters()).sort()).toEqual(failed.sort());
        await consumer.cancel();
        await listening;
      },
    );

    test.each(OPTIONS)('a message is tried again as often as it may be%s', async (_, options, inPlace) => {
      watchRejections();
      const queue = await queueUnderTest({ dispatch });
      const consumer = await queue.consume({ inPlace });
      const tries: number[] = [];
      const told: boolean[] = [];
      const listening = consumer.listen(
        message => {
          if (message.text() !== 'bad') return undefined;
          tries.push(message.deliveryCount);
          return fail(new Error('no'));
        },
        { ...options, retries: 3, retryDelay: 1, onError: (_error, _message, retried) => told.push(retried) },
      );
      await queue.publish('good', 'bad', 'good');
      await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
      expect(tries).toEqual([0, 1, 2, 3]);
      expect(told).toEqual([true, true, true, false]);
      expect(await queue.deadLetters()).toEqual(['bad']);
      expect(await queue.stats()).toMatchObject({ acknowledged: 2, unacknowledged: 0, redelivered: 3 });
      await consumer.cancel();
      await listening;
    });
  });

  test('a message that succeeds at the second try is acknowledged', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const listening = consumer.listen(
      message => {
        if (!message.redelivered) throw new Error('first');
      },
      { retries: 1, retryDelay: 1, onError: () => {} },
    );
    await queue.publish(...numbers(20));
    await eventually('all are acknowledged', async () => (await queue.stats()).acknowledged === 20);
    expect(await queue.deadLetters()).toEqual([]);
    await consumer.cancel();
    await listening;
  });

  test('without a delay it is tried again at once', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 1 });
    const tries: string[] = [];
    const listening = consumer.listen(
      message => {
        tries.push(message.text());
        throw new Error('no');
      },
      { retries: 2, retryDelay: 0, onError: () => {} },
    );
    await queue.publish('a');
    await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
    expect(tries).toEqual(['a', 'a', 'a']);
    await consumer.cancel();
    await listening;
  });

  test('while one waits for its retry, the others go on', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 1 });
    const handled: string[] = [];
    const listening = consumer.listen(
      message => {
        if (message.text() === '0') throw new Error('no');
        handled.push(message.text());
      },
      { retries: 1, retryDelay: 3_600_000, onError: () => {} },
    );
    await queue.publish(...numbers(20));
    await eventually('the others are handled', () => handled.length === 19);
    // What waits for its time is neither ready nor lost.
    await eventually('acknowledged', async () => (await queue.stats()).acknowledged === 19);
    expect(await queue.stats()).toMatchObject({ ready: 0, unacknowledged: 1 });
    await consumer.cancel();
    await listening;
  });

  test('the queue’s delivery limit is before the retries', async () => {
    const queue = await queueUnderTest({ dispatch, deliveryLimit: 1 });
    const consumer = await queue.consume();
    let tries = 0;
    const listening = consumer.listen(
      () => {
        tries++;
        throw new Error('no');
      },
      { retries: 100, retryDelay: 1, onError: () => {} },
    );
    await queue.publish('a');
    await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
    expect(tries).toBe(2);
    await consumer.cancel();
    await listening;
  });

  test('a handler that settled its message before it failed has decided', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const listening = consumer.listen(
      message => {
        if (message.text() === 'acknowledged') message.ack();
        else message.reject({ requeue: false });
        throw new Error('afterwards');
      },
      { retries: 5, retryDelay: 1, onError: () => {} },
    );
    await queue.publish('acknowledged', 'rejected');
    await eventually('both are settled', async () => (await queue.stats()).unacknowledged === 0);
    expect(await queue.deadLetters()).toEqual(['rejected']);
    expect((await queue.stats()).redelivered).toBe(0);
    await consumer.cancel();
    await listening;
  });

  test('with manualAck a failure is settled, too', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const listening = consumer.listen(
      () => {
        throw new Error('no');
      },
      { manualAck: true, onError: () => {} },
    );
    await queue.publish('a');
    await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
    await consumer.cancel();
    await listening;
  });

  const BAD_LISTENERS: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('of onError');
      },
    ],
    ['rejects', () => Promise.reject(new Error('of onError'))],
  ];
  test.each(BAD_LISTENERS)('an onError that %s is a warning, and stops nothing', async (_, onError) => {
    watchRejections();
    const warnings = watchWarnings();
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ prefetch: 2 });
    const listening = consumer.listen(() => Promise.reject(new Error('of the handler')), { onError });
    await queue.publish(...numbers(10));
    await eventually('all are dead', async () => (await queue.stats()).deadLettered === 10);
    await eventually('warned', () => warnings.length === 10);
    expect(warnings[0]).toBe(`onError of the consumer of '${queue.name}' failed: Error: of onError`);
    await consumer.cancel();
    await listening;
  });

  test('without onError, the first failure is a warning', async () => {
    watchRejections();
    const warnings = watchWarnings();
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume();
    const listening = consumer.listen(message => {
      throw new Error(`about ${message.text()}`);
    });
    await queue.publish(...numbers(10));
    await eventually('all are dead', async () => (await queue.stats()).deadLettered === 10);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(new RegExp(`'${queue.name}' failed: Error: about 0.*rejected.*onError`));
    await consumer.cancel();
    await listening;
  });
});

test.each([undefined, null, 'text', 7, Symbol('a symbol'), Object.create(null)])(
  'what is thrown need not be an Error: %o',
  async thrown => {
    watchRejections();
    const queue = await queueUnderTest();
    const consumer = await queue.consume();
    const told: unknown[] = [];
    const listening = consumer.listen(
      async () => {
        throw thrown;
      },
      { onError: error => told.push(error) },
    );
    await queue.publish('a');
    await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
    expect(told).toEqual([thrown]);
    await consumer.cancel();
    await listening;
  },
);

test.each([undefined, Symbol('a symbol'), Object.create(null)])(
  'nor does it matter for the warning: %o',
  async thrown => {
    watchRejections();
    const warnings = watchWarnings();
    const queue = await queueUnderTest();
    const consumer = await queue.consume();
    const listening = consumer.listen(async () => {
      throw thrown;
    });
    await queue.publish('a');
    await eventually('it is dead', async () => (await queue.stats()).deadLettered === 1);
    expect(warnings).toHaveLength(1);
    await consumer.cancel();
    await listening;
  },
);

test.each([
  { retries: -1 },
  { retries: 1.5 },
  { retryDelay: -1 },
  { retryDelay: '5' },
  { onError: 'tell' },
  { manualAck: 1 },
  { retry: 3 },
])('%o is refused', async options => {
  const queue = await queueUnderTest();
  const consumer = await queue.consume();
  const error = await errorOf(() => consumer.listen((_: Message) => {}, options as never));
  expect(error).toBeInstanceOf(InvalidArgumentError);
});
