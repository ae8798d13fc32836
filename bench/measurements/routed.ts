import { Broker, connect } from '../../src/index.js';
import { runThreads } from '../threads/start.js';

export interface RoutedLoad {
  publishers: number;
  consumers: number;
  bytes: number;
  /** Of all publishers together, the warm-up included. */
  messages: number;
  /** Routing keys of consumer `c`: its queue is bound to `c.#`. */
  keys: number;
  /** Messages that a consumer may have unacknowledged; left out: none needs to be acknowledged. */
  prefetch?: number;
  /** True: publishers have every message confirmed. */
  confirm?: boolean;
}

export interface ConsumerResult {
  start: number;
  end: number;
  timed: number;
}

/** Messages a second that several consumers received, from the first one's start to the last one's end. */
export function messagesASecond(results: readonly object[]): number {
  const timings = results.filter((result): result is ConsumerResult => 'timed' in result);
  const start = Math.min(...timings.map(timing => timing.start));
  const end = Math.max(...timings.map(timing => timing.end));
  return (timings.reduce((sum, timing) => sum + timing.timed, 0) / (end - start)) * 1000;
}

/** Messages a second through a topic exchange, once everything is warm. */
export async function routed(load: RoutedLoad): Promise<number> {
  const { publishers, consumers, bytes, messages, prefetch = 0, confirm = false } = load;
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await session.declareExchange('bench', 'topic');
  const keys: string[] = [];
  for (let c = 0; c < consumers; c++) {
    await session.declareQueue(`queue-${c}`);
    await session.bindQueue(`queue-${c}`, 'bench', `${c}.#`);
  }
  for (let k = 0; k < load.keys; k++) for (let c = 0; c < consumers; c++) keys.push(`${c}.key.${k}`);
  const share = messages / publishers;
  const received = messages / consumers;
  const { handle } = broker;
  const results = await runThreads<object>([
    ...Array.from({ length: consumers }, (_, c) => ({
      file: 'routed-consumer',
      data: {
        handle,
        queue: `queue-${c}`,
        messages: received,
        warmUp: Math.floor(received / 4),
        bytes,
        prefetch,
      },
    })),
    ...Array.from({ length: publishers }, (_, publisher) => ({
      file: 'routed-publisher',
      data: { handle, publisher, keys, messages: share, bytes, confirm },
    })),
  ]);
  return messagesASecond(results);
}
