import { Broker, connect, type Session } from '../../src/index.js';

const QUEUES = 10_000;
const EXCHANGES = 10_000;
const BINDINGS = 100_000;
const AT_A_TIME = 500;

export interface TopologyFigures {
  /** Seconds. */
  declared: number;
  deleted: number;
  /** Memory in use after deleting, as a multiple of that before declaring. */
  memory: number;
}

/** 10,000 queues, 10,000 exchanges and 100,000 bindings come and go. The first time is the warm-up. */
export async function topology(): Promise<TopologyFigures> {
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await declare(session);
  await remove(session);
  const before = await settledMemory(session);
  const start = performance.now();
  await declare(session);
  const declared = performance.now();
  await remove(session);
  const deleted = performance.now();
  const { queues } = await session.stats();
  if (queues.length > 0) throw new Error(`${queues.length} queues are left`);
  const memory = (await settledMemory(session)) / before;
  return { declared: (declared - start) / 1000, deleted: (deleted - declared) / 1000, memory };
}

async function declare(session: Session): Promise<void> {
  await inBatches(QUEUES, i => session.declareQueue(`queue-${i}`));
  await inBatches(EXCHANGES, i => session.declareExchange(`exchange-${i}`, TYPES[i % TYPES.length]!));
  await inBatches(BINDINGS, i =>
    session.bindQueue(`queue-${i % QUEUES}`, `exchange-${(i * 7) % EXCHANGES}`, `key.${i}`),
  );
}

const TYPES = ['direct', 'topic', 'fanout', 'headers'];

async function remove(session: Session): Promise<void> {
  await inBatches(QUEUES, i => session.deleteQueue(`queue-${i}`));
  await inBatches(EXCHANGES, i => session.deleteExchange(`exchange-${i}`));
}

async function inBatches(count: number, step: (i: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += AT_A_TIME) {
    const size = Math.min(AT_A_TIME, count - first);
    await Promise.all(Array.from({ length: size }, (_, i) => step(first + i)));
  }
}

/**
 * Bytes of both threads' heaps when they have collected their garbage. Not the resident memory: what V8 gives back to
 * the system, and when, differs from run to run by a quarter.
 */
async function settledMemory(session: Session): Promise<number> {
  globalThis.gc?.();
  const { routerHeapBytes } = await session.stats({ collectGarbage: true });
  return process.memoryUsage().heapUsed + routerHeapBytes;
}
