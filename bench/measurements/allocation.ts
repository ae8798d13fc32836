import { Broker, connect } from '../../src/index.js';
import { runThreads } from '../threads/start.js';

/** With this much of young generation, no garbage collection hides what is allocated while it is measured. */
export const ALLOCATION_FLAGS = ['--max-semi-space-size=256', '--min-semi-space-size=256'];

const MESSAGES = 10_500_000;
const WARM_UP = 500_000;

/** Bytes of heap a message that its publisher and its blocking consumer allocate together, once warm. */
export async function allocation(): Promise<number> {
  await using broker = await Broker.start();
  await using session = connect(broker.handle);
  await session.declareExchange('bench', 'topic');
  await session.declareQueue('queue-0');
  await session.bindQueue('queue-0', 'bench', '0.#');
  const data = { handle: broker.handle, messages: MESSAGES, warmUp: WARM_UP };
  const bytes = await runThreads<number>([
    { file: 'allocating-consumer', data },
    { file: 'allocating-publisher', data },
  ]);
  return bytes.reduce((sum, perMessage) => sum + perMessage, 0);
}
