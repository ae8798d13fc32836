import { type ChildMessage, type RunPlan, workOf } from '../src/comparison/plan.js';
import { runDesign } from '../src/comparison/run.js';

/** One run in a process of its own: what it uses of the processor is its own, and what it breaks, too. */
process.once('message', async (plan: RunPlan) => {
  process.once('disconnect', () => process.exit(1)); // whoever wanted the result is gone
  const tell = (message: ChildMessage) =>
    new Promise<void>(resolve => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
      else resolve();
    });
  try {
    const result = await runDesign(plan, workOf(plan), done => void tell({ done }));
    await tell({ result });
  } catch (error) {
    await tell({ failure: error instanceof Error ? error.message : String(error) });
  }
  process.exit(0);
});
