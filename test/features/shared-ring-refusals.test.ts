import { describe, expect, test } from 'vitest';
import { type ConsumeOptions, InvalidArgumentError, PreconditionFailedError } from '#src/index.js';
import { errorOf } from '../client/with-broker.js';
import { brokerOfFile, SHARED_DISPATCHES, take } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

/** What one ring for all consumers cannot give, and the reason that the error states. */
const REFUSED: { options: ConsumeOptions; reason: RegExp }[] = [
  {
    options: { priority: 1 },
    reason: /one ring for all consumers.*priority of 1 cannot be given.*queue-per-consumer/,
  },
  { options: { priority: -1 }, reason: /priority of -1 cannot be given/ },
  { options: { arguments: { 'x-priority': 5 } }, reason: /priority of 5 cannot be given/ },
  {
    options: { prefetchBytes: 1000 },
    reason: /one ring for all consumers.*size.*prefetchBytes of 1000 cannot be kept.*queue-per-consumer/,
  },
];

describe.each(SHARED_DISPATCHES)('%s', dispatch => {
  test.each(REFUSED)('refuses $options', async ({ options, reason }) => {
    const queue = await queueUnderTest({ dispatch });
    const error = await errorOf(() => queue.consume(options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(reason);
    expect((await queue.stats()).consumers).toBe(0);
    await queue.publish('a'); // for whoever comes next
    expect(take(await queue.consume(), 1)[0]?.text()).toBe('a');
  });

  test.each([true, false])('refuses a consumer that differs from the others’ noAck %s', async noAck => {
    const queue = await queueUnderTest({ dispatch });
    const first = await queue.consume({ noAck });
    const error = await errorOf(() => queue.consume({ noAck: !noAck }));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(
      new RegExp(`share one ring, and have noAck ${noAck}; this one asks for ${!noAck}.*queue-per-consumer`),
    );
    expect((await queue.stats()).consumers).toBe(1);
    const second = await queue.consume({ noAck }, queue.another());
    await queue.publish('a', 'b');
    await first.cancel();
    expect(take(second, 2)).toHaveLength(2);
    // Without the others it may be had, and nothing is lost on the way.
    await second.cancel();
    await queue.publish('c', 'd');
    const other = await queue.consume({ noAck: !noAck });
    expect(take(other, 2).map(message => message.text())).toEqual(['c', 'd']);
  });

  // RabbitMQ, "Single Active Consumer" and "Classic Queues Support Priorities": features that the dispatch excludes.
  test.each([
    [{ singleActiveConsumer: true }, /singleActiveConsumer does not go with dispatch/],
    [{ maxPriority: 5 }, /maxPriority does not go with dispatch/],
  ])('a queue with %o is refused', async (options, reason) => {
    const queue = await queueUnderTest();
    const error = await errorOf(() => queue.session.declareQueue('refused', { dispatch, ...options }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(reason);
  });
});
