import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AccessRefusedError,
  Broker,
  type BrokerStats,
  connect,
  InvalidArgumentError,
  NotFoundError,
  PreconditionFailedError,
  type RingMQError,
  type Session,
} from '#src/index.js';
import { errorOf, unchanging } from './with-broker.js';

// biome-ignore lint/suspicious/noExplicitAny: every call is one that the types forbid
type Anything = any;

/** @param says patterns that the error's message matches: the offending value, and what to do */
type Refuses = (name: string, call: (session: Anything) => unknown, ...says: RegExp[]) => void;

/** Tests of a call that must fail, and change nothing: one broker for all tests of a file. */
function refusal(Fault: new (...args: never[]) => RingMQError, code: string): Refuses {
  return (name, call, ...says) => {
    test(name, async () => {
      const before = await everything();
      const error = await errorOf(() => call(session));
      expect(error).toBeInstanceOf(Fault);
      expect(error.name).toBe(Fault.name);
      expect(error.code).toBe(code);
      for (const pattern of says) expect(error.message).toMatch(pattern);
      expect(await everything()).toEqual(before);
    });
  };
}

export const invalid = refusal(InvalidArgumentError, 'ERR_RINGMQ_INVALID_ARGUMENT');
export const notFound = refusal(NotFoundError, 'ERR_RINGMQ_NOT_FOUND');
export const precondition = refusal(PreconditionFailedError, 'ERR_RINGMQ_PRECONDITION_FAILED');
export const refused = refusal(AccessRefusedError, 'ERR_RINGMQ_ACCESS_REFUSED');

let broker: Broker;
let session: Session;

beforeAll(async () => {
  broker = await Broker.start({ memory: 64 << 20, maxSessions: 4 });
  session = connect(broker.handle);
  await session.declareExchange('there', 'direct');
  await session.declareExchange('inside', 'fanout', { internal: true });
  await session.declareQueue('waiting');
  await session.declareQueue('consumed');
  await session.bindQueue('consumed', 'there', 'k');
  await session.consume('consumed', { noAck: true, ringBytes: 1 << 14 });
  session.publish('', 'waiting', 'here');
  await session.sync();
});

afterAll(() => broker.close());

/** All that a call could have changed; what messages do to it tells whether a binding came or went. */
async function everything(): Promise<unknown> {
  const before = await session.stats();
  session.publish('there', 'k', 'one queue');
  session.publish('there', 'x', 'no queue');
  session.publish('amq.headers', '', 'no queue');
  await session.sync();
  const after = await session.stats();
  return {
    ...unchanging({
      ...before,
      queues: before.queues.map(({ published, delivered, acknowledged, ...rest }) => rest),
    } as BrokerStats),
    unroutable: after.unroutable - before.unroutable,
    routed: after.queues.map((queue, i) => queue.published - (before.queues[i]?.published ?? 0)),
    exchanges: await Promise.all(
      ['x', 'there', 'inside', 'amq.mine', 'gone'].map(name =>
        session.checkExchange(name).then(
          () => true,
          () => false,
        ),
      ),
    ),
  };
}
