import { describe, test } from 'vitest';
import { designs } from '../fixtures/designs.mjs';
import { SEED } from '../fixtures/records.mjs';
import { run } from './run.js';

const RECORDS = 16_000;
/** Of a design that is slow where threads outnumber cores, and then with fewer threads, too. */
const FEW_RECORDS = 1000;
const FEW_THREADS = [1, 2];

describe.each(designs)(
  `$name: all arrives once, intact and in each writer's order (seed ${SEED})`,
  design => {
    const many = design.queued ? FEW_THREADS : [1, 2, 4, 8];
    const all = design.queued ? FEW_RECORDS : RECORDS;
    const writers = design.manyWriters ? many : [1];
    const readers = design.manyReaders ? many : [1];
    const mode = design.name.startsWith('message-port') ? 'event' : 'block';

    test.each(writers)('%i writers, 1 reader', async count => {
      await run(design, { writers: count, readers: 1, records: all / count, mode });
    });

    test.each(readers.slice(1))('1 writer, %i readers', async count => {
      await run(design, { writers: 1, readers: count, records: all, mode });
    });

    test('asleep and awake at random, blocked', async () => {
      const [w, r] = [writers.length > 1 ? 2 : 1, readers.length > 1 ? 3 : 1];
      await run(design, { writers: w, readers: r, records: all / 4, mode: 'block', sleepy: true });
    });

    test('asleep and awake at random, on event loops', async () => {
      const [w, r] = [writers.length > 1 ? 3 : 1, readers.length > 1 ? 2 : 1];
      await run(design, { writers: w, readers: r, records: all / 5, mode: 'event', sleepy: true });
    });
  },
);
