import { availableParallelism } from 'node:os';
import { makeQueue, type QueueUnderTest } from '../queue-under-test.js';
import { runThreads } from '../threads/start.js';

const BYTES = 32;
/** Looks of a consumer before it sleeps, where every thread has a core. */
const SPINS = 300;

/** 32-byte messages a second from `producers` threads to one, through a queue with no broker around it. */
export async function throughput(
  design: QueueUnderTest['design'],
  producers: number,
  batch: number,
  messages: number,
): Promise<number> {
  const spins = producers + 1 <= availableParallelism() ? SPINS : 0;
  const queue = makeQueue(design, batch, spins);
  const share = Math.ceil(messages / producers);
  const all = share * producers;
  const consumer = { queue, producers, messages: all, warmUp: Math.floor(all / 4) };
  const results = await runThreads<number>([
    { file: 'queue-consumer', data: consumer },
    ...Array.from({ length: producers }, (_, producer) => ({
      file: 'queue-producer',
      data: { queue, producer, messages: share, bytes: BYTES },
    })),
  ]);
  return results[0]!;
}
