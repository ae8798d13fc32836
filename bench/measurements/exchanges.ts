import { Broker, connect, type MessageProperties, type Session } from '../../src/index.js';
import { runThreads } from '../threads/start.js';
import { messagesASecond } from './routed.js';

export type BenchedType = 'direct' | 'fanout' | 'topic' | 'headers';

/** All types get the same messages, so that only the routing differs. */
const PROPERTIES: MessageProperties = { headers: { shard: 'a0' } };
const MESSAGES = 2_000_000;
const BINDINGS_AT_A_TIME = 500;

/** Messages a second through an exchange with `bindings` bindings, of which one matches. */
export async function exchange(type: BenchedType, bindings: number): Promise<number> {
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await session.declareExchange('bench', type);
  await session.declareQueue('queue-0');
  await session.declareQueue('elsewhere');
  await bind(session, type, bindings);
  const { handle } = broker;
  const results = await runThreads<object>([
    {
      file: 'routed-consumer',
      data: { handle, queue: 'queue-0', messages: MESSAGES, warmUp: MESSAGES / 4, bytes: 32 },
    },
    {
      file: 'routed-publisher',
      data: {
        handle,
        publisher: 0,
        keys: ['a0.key'],
        messages: MESSAGES,
        bytes: 32,
        confirm: false,
        properties: PROPERTIES,
      },
    },
  ]);
  return messagesASecond(results);
}

/** One binding that matches, and the others that do not; a fanout has none of those. */
async function bind(session: Session, type: BenchedType, bindings: number): Promise<void> {
  for (let first = 0; first < bindings; first += BINDINGS_AT_A_TIME) {
    const batch = Array.from({ length: Math.min(BINDINGS_AT_A_TIME, bindings - first) }, (_, i) => {
      const shard = `a${first + i}`;
      const queue = first + i === 0 || type === 'fanout' ? 'queue-0' : 'elsewhere';
      const pattern = type === 'topic' ? `${shard}.#` : `${shard}.key`;
      return session.bindQueue(queue, 'bench', pattern, type === 'headers' ? { shard } : {});
    });
    await Promise.all(batch);
  }
}

/** Milliseconds that unbinding one of 10,000 bindings takes, the request's way there and back included. */
export async function unbind(type: BenchedType): Promise<number> {
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await session.declareExchange('bench', type);
  await session.declareQueue('queue-0');
  await session.declareQueue('elsewhere');
  await bind(session, type, 10_000);
  const times: number[] = [];
  for (let i = 1000; i < 9000; i += 100) {
    const shard = `a${i}`;
    const queue = type === 'fanout' ? 'queue-0' : 'elsewhere';
    const start = performance.now();
    await session.unbindQueue(
      queue,
      'bench',
      type === 'topic' ? `${shard}.#` : `${shard}.key`,
      type === 'headers' ? { shard } : {},
    );
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >>> 1]!;
}
