import { describe, expect, test } from 'vitest';
import { AccessRefusedError } from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { brokerOfFile, DISPATCHES, take } from './queue-under-test.js';

const queueUnderTest = brokerOfFile();

// Source: RabbitMQ, "Consumers", "Exclusivity": it succeeds only if there is no other consumer, and keeps others away;
// AMQP 0-9-1 reference, basic.consume: ACCESS_REFUSED otherwise. When it goes, nobody takes its place by himself.
describe.each(DISPATCHES)('%s: an exclusive consumer', dispatch => {
  test('keeps others away, exclusive or not, of its session or another', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ exclusive: true });
    for (const exclusive of [true, false]) {
      for (const session of [queue.session, queue.another()]) {
        const error = await errorOf(() => queue.consume({ exclusive }, session));
        expect(error).toBeInstanceOf(AccessRefusedError);
        expect(error.message).toContain(`'${queue.name}'`);
      }
    }
    expect((await queue.stats()).consumers).toBe(1);
    await queue.publish('a', 'b');
    expect(take(consumer, 2)).toHaveLength(2);
    // basic.get is no consumer.
    await queue.session.get(queue.name);
  });

  test('is refused where there is another', async () => {
    const queue = await queueUnderTest({ dispatch });
    const usual = await queue.consume();
    const error = await errorOf(() => queue.consume({ exclusive: true }));
    expect(error).toBeInstanceOf(AccessRefusedError);
    expect(error.message).toMatch(/has 1 consumers/);
    await usual.cancel();
    await queue.consume({ exclusive: true });
  });

  test.each(['cancel', 'close'])('makes room with %s, although it has not settled everything', async way => {
    const queue = await queueUnderTest({ dispatch });
    const other = queue.another();
    const consumer = await queue.consume({ exclusive: true }, other);
    await queue.publish('a', 'b');
    take(consumer, 1);
    if (way === 'cancel') await consumer.cancel();
    else await other.close();
    const next = await queue.consume({ exclusive: true });
    expect(take(next, way === 'cancel' ? 1 : 2)[0]?.redelivered).toBe(true);
  });

  test('makes room when it is closed because it took too long', async () => {
    const queue = await queueUnderTest({ dispatch });
    const consumer = await queue.consume({ exclusive: true, consumerTimeout: 20 });
    await queue.publish('a');
    take(consumer, 1);
    const next = await eventually('there is room', () =>
      queue.consume({ exclusive: true }, queue.session).catch(() => undefined),
    );
    expect(take(next, 1)[0]?.redelivered).toBe(true);
  });
});
