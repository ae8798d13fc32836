import { describe, test } from 'vitest';
import { designs } from '../fixtures/designs.mjs';
import { SEED } from '../fixtures/records.mjs';
import { run } from './run.js';

const robust = designs.filter(design => design.robust);

describe.each(robust.filter(design => design.manyWriters))(`$name (seed ${SEED})`, design => {
  test('writers that are terminated anywhere lose nothing of the others', async () => {
    const mode = design.name.startsWith('message-port') ? 'event' : 'block';
    await run(design, { writers: 2, readers: 1, records: 6000, mode, doomedWriters: 12 });
  });
});

describe.each(robust.filter(design => design.manyReaders))(`$name (seed ${SEED})`, design => {
  test.each(design.manyWriters ? [1, 2] : [1])(
    'readers that are terminated anywhere take along only what they had opened, of %i writers',
    async writers => {
      await run(design, { writers, readers: 2, records: 12_000, mode: 'block', doomedReaders: 8 });
    },
  );
});
