import { describe, expect, test } from 'vitest';
import {
  ClosedError,
  InvalidArgumentError,
  type Message,
  NotFoundError,
  PreconditionFailedError,
  RequestTimeoutError,
  type Session,
  UnroutableError,
} from '#src/index.js';
import { errorOf, eventually } from '../client/with-broker.js';
import { withCountedBroker } from './counted-broker.js';

// RabbitMQ, "Direct Reply-To".

const REPLY_TO = 'amq.rabbitmq.reply-to';

/** A queue `rpc`, and a session that answers each request with its body, twice. */
async function withServer(): Promise<{ session: Session; server: Session; another: () => Session }> {
  const { session, another } = await withCountedBroker();
  const server = another();
  await server.declareQueue('rpc');
  const consumer = await server.consume('rpc');
  void consumer.listen(message => server.reply(message, message.text().repeat(2), { type: 'answer' }));
  return { session, server, another };
}

describe('session.request()', () => {
  test('resolves with the reply to it', async () => {
    const { session } = await withServer();
    const reply = await session.request('', 'rpc', 'ab', { properties: { type: 'question', priority: 3 } });
    expect(reply.text()).toBe('abab');
    expect(reply.properties.type).toBe('answer');
    expect(reply.exchange).toBe('');
    expect(reply.settled).toBe(true);
  });

  test('a thousand at once, from two sessions: each gets its own', async () => {
    const { session, another } = await withServer();
    const sessions = [session, another()];
    const requests = Array.from({ length: 1000 }, (_, i) => sessions[i % 2]!.request('', 'rpc', `<${i}>`));
    const replies = await Promise.all(requests);
    replies.forEach((reply, i) => {
      expect(reply.text()).toBe(`<${i}><${i}>`);
    });
  });

  test('large requests and large replies', async () => {
    const { session } = await withServer();
    const reply = await session.request('', 'rpc', 'x'.repeat(100_000));
    expect(reply.length).toBe(200_000);
  });

  test('rejects when no reply comes in time; a later one is dropped', async () => {
    const { session, another } = await withCountedBroker();
    const server = another();
    await server.declareQueue('slow');
    const error = await errorOf(() => session.request('', 'slow', 'x', { timeout: 5 }));
    expect(error).toBeInstanceOf(RequestTimeoutError);
    expect(error.message).toMatch(/'slow'.*within 5 ms/);
    server.reply((await server.get('slow', { noAck: true })) as Message, 'late');
    await server.sync();
    await server
      .consume('slow')
      .then(consumer => void consumer.listen(message => server.reply(message, 'in time')));
    expect((await session.request('', 'slow', 'y')).text()).toBe('in time');
  });

  test('rejects at once when no queue takes it, or its exchange is not there', async () => {
    const { session } = await withServer();
    const unroutable = await errorOf(() => session.request('', 'nobody', 'x'));
    expect(unroutable).toBeInstanceOf(UnroutableError);
    expect(unroutable.message).toMatch(/''.*'nobody'/);
    for (let i = 0; i < 3; i++) {
      const requests = [1, 2, 3].map(() => errorOf(() => session.request('gone', 'rpc', 'x')));
      for (const error of await Promise.all(requests)) expect(error).toBeInstanceOf(NotFoundError);
    }
    expect((await session.request('', 'rpc', 'still here')).text()).toMatch(/^still/);
  });

  test('refuses what is no request, and sends nothing', async () => {
    const { session } = await withServer();
    const refusals: [() => unknown, RegExp][] = [
      [() => session.request('', 'rpc', 'x', { timeout: 0 }), /timeout.*from 1/],
      [() => session.request('', 'rpc', 'x', { limit: 5 } as never), /no option 'limit'/],
      [() => session.request('', 'rpc', 5 as never), /Uint8Array or a string/],
      [() => session.request('', 'rpc', 'x', { properties: { priority: -1 } }), /priority/],
    ];
    for (const [call, says] of refusals) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.message).toMatch(says);
    }
    expect((await session.request('', 'rpc', 'x')).text()).toBe('xx');
  });

  test('rejects when its session closes', async () => {
    const { session, another } = await withCountedBroker();
    await session.declareQueue('slow');
    const requester = another();
    const request = errorOf(() => requester.request('', 'slow', 'x'));
    await eventually('it is there', async () => (await session.checkQueue('slow')).messages === 1);
    await requester.close();
    expect(await request).toBeInstanceOf(ClosedError);
    expect(await errorOf(() => requester.request('', 'slow', 'x'))).toBeInstanceOf(ClosedError);
  });

  test('works again when what stood in its way is gone', async () => {
    const { session } = await withServer();
    const manual = await session.consume(REPLY_TO, { noAck: true });
    expect(await errorOf(() => session.request('', 'rpc', 'x'))).toBeInstanceOf(PreconditionFailedError);
    await manual.cancel();
    expect((await session.request('', 'rpc', 'x')).text()).toBe('xx');
  });
});

describe('session.reply()', () => {
  test('needs a message that asks for one', async () => {
    const { session } = await withCountedBroker();
    await session.declareQueue('q');
    session.publish('', 'q', 'x');
    await session.sync();
    const message = (await session.get('q', { noAck: true })) as Message;
    const error = await errorOf(() => session.reply(message, 'y'));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/replyTo is not set/);
  });

  test('to a requester that is gone does nothing', async () => {
    const { session, another } = await withCountedBroker();
    await session.declareQueue('slow');
    const requester = another();
    requester.request('', 'slow', 'x').catch(() => {});
    await eventually('it is there', async () => (await session.checkQueue('slow')).messages === 1);
    const message = (await session.get('slow', { noAck: true })) as Message;
    // "It can check whether the client has gone away by passively declaring the generated reply queue name."
    const { replyTo = '' } = message.properties;
    expect(await session.declareQueue(replyTo, { passive: true })).toEqual({
      queue: replyTo,
      messages: 0,
      consumers: 1,
    });
    await requester.close();
    expect(await errorOf(() => session.declareQueue(replyTo, { passive: true }))).toBeInstanceOf(
      NotFoundError,
    );
    session.reply(message, 'nobody hears it');
    await session.sync();
    expect((await session.stats()).unroutable).toBe(1);
  });

  test('to an ordinary queue, as replyTo says', async () => {
    const { session } = await withServer();
    await session.declareQueue('answers');
    session.publish('', 'rpc', 'a', { replyTo: 'answers', correlationId: '7' });
    const reply = await eventually('the reply comes', () => session.get('answers', { noAck: true }));
    expect(reply.text()).toBe('aa');
    expect(reply.properties).toEqual({ correlationId: '7', type: 'answer' });
  });
});

describe('the pseudo-queue by hand', () => {
  test('consumed from, and named in replyTo', async () => {
    const { session } = await withServer();
    const replies = await session.consume(REPLY_TO, { noAck: true });
    const publisher = await session.publisher('');
    publisher.publish('rpc', 'a', { replyTo: REPLY_TO, correlationId: '1' });
    session.publish('', 'rpc', 'b', { replyTo: REPLY_TO, correlationId: '2' });
    const received = await eventually('both are there', async () => {
      const message = replies.tryReceive();
      return message === undefined
        ? undefined
        : [message, await eventually('the other', () => replies.tryReceive())];
    });
    expect(received.map(message => [message.properties.correlationId, message.text()])).toEqual([
      ['1', 'aa'],
      ['2', 'bb'],
    ]);
    // The property that a responder sees names this session, and not the pseudo-queue.
    await session.declareQueue('seen');
    session.publish('', 'seen', 'x', { replyTo: REPLY_TO });
    await session.sync();
    expect((await session.get('seen', { noAck: true }))?.properties.replyTo).toMatch(
      /^amq\.rabbitmq\.reply-to\..{20,}/,
    );
  });

  // "The requester must consume in automatic acknowledgement mode."
  test('with acknowledgements it is refused', async () => {
    const { session } = await withCountedBroker();
    const error = await errorOf(() => session.consume(REPLY_TO));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(/noAck: true/);
    expect((await session.stats()).queues).toEqual([]);
  });

  // "The requester can create at most one Direct Reply-To consumer per channel."
  test('a second consumer of it is refused, another after the first is not', async () => {
    const { session, another } = await withCountedBroker();
    const first = await session.consume(REPLY_TO, { noAck: true });
    const error = await errorOf(() => session.consume(REPLY_TO, { noAck: true }));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(/Cancel it first/);
    await another().consume(REPLY_TO, { noAck: true });
    await first.cancel();
    await session.consume(REPLY_TO, { noAck: true });
    // "It does not appear in the management plugin or list_queues."
    expect((await session.stats()).queues).toEqual([]);
  });

  // `rabbit_channel`, maybe_set_fast_reply_to: "fast reply consumer does not exist".
  test('a request without a consumer of it is refused', async () => {
    const { session } = await withServer();
    const error = await errorOf(() => session.publish('', 'rpc', 'x', { replyTo: REPLY_TO }));
    expect(error).toBeInstanceOf(PreconditionFailedError);
    expect(error.message).toMatch(/does not consume from there/);
    const consumer = await session.consume(REPLY_TO, { noAck: true });
    await consumer.cancel();
    expect(await errorOf(() => session.publish('', 'rpc', 'x', { replyTo: REPLY_TO }))).toBeInstanceOf(
      PreconditionFailedError,
    );
  });

  test('a consumer that cannot be made is none: the next one can', async () => {
    const { session } = await withCountedBroker({ memory: 8 << 20 });
    await errorOf(() => session.consume(REPLY_TO, { noAck: true, ringBytes: 1 << 26 }));
    await session.consume(REPLY_TO, { noAck: true });
  });
});
