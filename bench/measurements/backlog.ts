import { setTimeout as delay } from 'node:timers/promises';
import { Broker, connect, type Session } from '../../src/index.js';
import { sharedNow } from '../threads/gate.js';
import { runThreads } from '../threads/start.js';

const BACKLOG = 5_000_000;
const LOOK_MILLISECONDS = 5;
const BYTES = 100;
const KEYS = ['0.key.0', '0.key.1', '0.key.2', '0.key.3'];

export interface BacklogFigures {
  /** Messages a second that a publisher adds to the backlog, and that a consumer drains. */
  publish: number;
  drain: number;
  /** Bytes of memory for each message that waits. */
  bytes: number;
}

async function withQueue<T>(
  options: object,
  reserveBytes: number,
  use: (session: Session, broker: Broker) => Promise<T>,
): Promise<T> {
  await using broker = await Broker.start({ memoryHighWater: 8 * 2 ** 30, reserveBytes });
  await using session = connect(broker.handle);
  await session.declareExchange('bench', 'topic');
  await session.declareQueue('queue-0', options);
  await session.bindQueue('queue-0', 'bench', '0.#');
  return await use(session, broker);
}

/** Publishes `messages`, and waits until they lie in the queue. Returns seconds. */
async function publish(session: Session, handle: SharedArrayBuffer, messages: number): Promise<number> {
  const [result] = await runThreads<{ start: number }>([
    {
      file: 'routed-publisher',
      data: { handle, publisher: 0, keys: KEYS, messages, bytes: BYTES, confirm: false },
    },
  ]);
  for (;;) {
    const { queues } = await session.stats();
    if (queues[0]!.published >= messages) break;
    await delay(LOOK_MILLISECONDS); // a thread that only asks would take a processor from those that work
  }
  return (sharedNow() - result!.start) / 1000;
}

/**
 * A backlog of 5 million 100-byte messages: filled, measured, drained.
 *
 * @param reserveBytes of the broker's memory that are touched before
 */
export async function backlog(reserveBytes = 0): Promise<BacklogFigures> {
  return withQueue({}, reserveBytes, async (session, { handle }) => {
    const before = process.memoryUsage.rss();
    const published = await publish(session, handle, BACKLOG);
    const bytes = (process.memoryUsage.rss() - before) / BACKLOG;
    const [timing] = await runThreads<{ start: number; end: number; timed: number }>([
      {
        file: 'routed-consumer',
        data: { handle, queue: 'queue-0', messages: BACKLOG, warmUp: BACKLOG / 10, bytes: BYTES },
      },
    ]);
    const { start, end, timed } = timing!;
    return { publish: BACKLOG / published, drain: (timed / (end - start)) * 1000, bytes };
  });
}

const EXPIRING = 1_000_000;

/**
 * The longest pass of the router's loop in milliseconds, while a million messages with a time to live are published,
 * wait, and expire all together.
 */
export async function longestLoop(): Promise<number> {
  return withQueue({ messageTtl: 3000 }, 0, async (session, { handle }) => {
    await publish(session, handle, EXPIRING);
    const warm = (await session.stats()).loop;
    for (;;) {
      const { queues, loop } = await session.stats();
      if (queues[0]!.ready === 0) {
        for (const { microseconds, passes } of loop.histogram) {
          process.stderr.write(`router's loop: up to ${microseconds} us: ${passes} passes\n`);
        }
        return Math.max(warm.longest, loop.longest);
      }
      await delay(50);
    }
  });
}
