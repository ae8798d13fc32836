import { describe, expect, test } from 'vitest';
import { BrokerClosedError, ClosedError, connect } from '#src/index.js';
import { errorOf, withBroker } from './with-broker.js';

const large = new Uint8Array(10_000);

describe('after close()', () => {
  test('a session refuses everything, and nothing of it reaches anybody', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const other = connect(broker.handle);
    const publisher = await other.publisher('');
    const consumer = await other.consume('q', { noAck: true });
    publisher.publish('q', 'before');
    other.publish('', 'q', 'before, too');
    expect(other.closed).toBe(false);
    const closing = other.close();
    expect(other.closed).toBe(true);
    const refuseEverything = async (): Promise<void> => {
      const calls = [
        () => other.declareExchange('x', 'direct'),
        () => other.declareQueue('r'),
        () => other.bindQueue('q', 'amq.direct', 'k'),
        () => other.deleteQueue('q'),
        () => other.consume('q', { noAck: true }),
        () => other.get('q'),
        () => other.publisher(''),
        () => other.stats(),
        () => other.sync(),
        () => publisher.publish('q', 'after'),
        () => publisher.publish('q', 'after'),
        () => publisher.publish('new key', 'after'),
        () => publisher.publish('q', large),
        () => publisher.publish('q', 'after', { type: 'x' }),
        () => other.publish('', 'q', 'after'),
        () => other.publish('', 'q', large),
        () => other.publish('amq.topic', 'q', 'after'),
      ];
      for (const call of calls) {
        const error = await errorOf(call);
        expect(error).toBeInstanceOf(ClosedError);
        expect(error.code).toBe('ERR_RINGMQ_CLOSED');
        expect(error.message).toMatch(/is closed\. Open a new one; nothing was sent/);
      }
    };
    await refuseEverything();
    await closing;
    await other.close();
    const pages = (await session.stats()).pagesInUse;
    // Its place is another session's now: what the closed one does must not touch that.
    const heir = connect(broker.handle);
    const answers = [heir.stats(), heir.declareQueue('r'), heir.checkQueue('q')];
    await refuseEverything();
    await Promise.all(answers);
    heir.publish('', 'q', 'of the heir');
    await heir.sync();
    const texts: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) texts.push((await session.get('q', { noAck: true }))?.text());
    expect(texts).toEqual(['before', 'before, too', 'of the heir', undefined]);
    expect((await session.stats()).pagesInUse).toBe(pages);
    expect(await errorOf(() => consumer.listen(() => {}))).toBeInstanceOf(ClosedError);
    expect(consumer.tryReceive()).toBeUndefined();
    await consumer.cancel();
  });

  test('a publisher refuses, its session does not', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q');
    const publisher = await session.publisher('');
    publisher.publish('q', 'before');
    await publisher.close();
    await publisher.close();
    expect(await errorOf(() => publisher.publish('q', 'after'))).toBeInstanceOf(ClosedError);
    session.publish('', 'q', 'by the session');
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(2);
  });

  test('a consumer refuses, and a cancelled one may be cancelled again', async () => {
    const { session } = await withBroker();
    await session.declareQueue('q');
    const consumer = await session.consume('q', { noAck: true });
    await consumer.cancel();
    await consumer.cancel();
    expect(consumer.ended).toBe(true);
    expect(consumer.tryReceive()).toBeUndefined();
    expect(consumer.receive()).toBeUndefined();
    expect(await errorOf(() => consumer.listen(() => {}))).toBeInstanceOf(ClosedError);
    expect(await errorOf(() => consumer.poll(() => {}))).toBeInstanceOf(ClosedError);
    expect(await errorOf(() => [...consumer])).toBeInstanceOf(ClosedError);
    expect((await session.checkQueue('q')).consumers).toBe(0);
  });

  test('of the broker, sessions, publishers and consumers refuse at once', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const publisher = await session.publisher('');
    const consumer = await session.consume('q', { noAck: true });
    publisher.publish('q', 'x');
    await session.sync();
    consumer.receive();
    await broker.close();
    const calls = [
      () => publisher.publish('q', 'x'),
      () => publisher.publish('q', 'x'),
      () => publisher.publish('q', large),
      () => session.publish('', 'q', 'x'),
      () => session.declareQueue('r'),
      () => session.stats(),
      () => consumer.receive(),
      () => consumer.receive(5),
      () => connect(broker.handle),
    ];
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(BrokerClosedError);
      expect(error.message).toMatch(/closed\. Start a new one and connect to it/);
    }
    await consumer.listen(() => {});
    await session.close();
  });

  test('of the broker in the middle of a batch, the next publish refuses', async () => {
    const { broker, session } = await withBroker();
    await session.declareQueue('q');
    const publisher = await session.publisher('');
    for (let i = 0; i < 10; i++) publisher.publish('q', 'x');
    const closing = broker.close();
    await closing;
    expect(await errorOf(() => publisher.publish('q', 'x'))).toBeInstanceOf(BrokerClosedError);
  });
});
