import type { Order } from '../src/lab/measure/order.js';
import { runCell } from '../src/lab/measure/run-cell.js';
import type { RunMessage } from '../src/lab/measure/run-in-process.js';

/** One run in a process of its own. */
process.once('message', async (order: Order) => {
  process.once('disconnect', () => process.exit(1)); // whoever wanted the result is gone
  let message: RunMessage;
  try {
    message = { run: await runCell(order) };
  } catch (error) {
    message = { failure: error instanceof Error ? error.message : String(error) };
  }
  if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(0));
  else process.exit(1);
});
