import { mailbox } from './mailbox.js';
import { properties } from './properties.js';
import { routing } from './routing.js';

// Primitives on one thread: what a step costs when nothing contends. Between threads, see `npm run bench`.
for (const suite of [mailbox, routing, properties]) {
  const bench = suite();
  await bench.run();
  console.log(`\n${bench.name}`);
  console.table(
    bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
      const { latency } = result;
      return {
        step: name,
        'median ns': Math.round(latency.p50 * 1e6),
        'p99 ns': Math.round(latency.p99 * 1e6),
        samples: latency.samplesCount,
      };
    }),
  );
}
