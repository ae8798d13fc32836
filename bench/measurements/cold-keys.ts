import { Broker, connect } from '../../src/index.js';
import { runThreads } from '../threads/start.js';

const MESSAGES = 1_250_000;
const WARM_UP = 250_000;

/** Messages a second where no two have the same routing key: a million keys after the warm-up. */
export async function coldKeys(): Promise<number> {
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await session.declareExchange('bench', 'topic');
  await session.declareQueue('queue-0');
  await session.bindQueue('queue-0', 'bench', '0.#');
  const { handle } = broker;
  const [timing] = await runThreads<{ start: number; end: number; timed: number }>([
    {
      file: 'routed-consumer',
      data: { handle, queue: 'queue-0', messages: MESSAGES, warmUp: WARM_UP, bytes: 32 },
    },
    { file: 'cold-publisher', data: { handle, messages: MESSAGES, bytes: 32 } },
  ]);
  return (timing!.timed / (timing!.end - timing!.start)) * 1000;
}
