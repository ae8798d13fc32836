import { expect, it } from 'vitest';
import { type Ends, mailbox } from '#bench/micro/designs.js';
import { readingFrames, writingFrames } from '#bench/micro/frames.js';

/** A mailbox whose reader opens nothing at its `fault`th call. */
function faulty(fault: number): Ends {
  const { writer, reader } = mailbox();
  const open = reader.open.bind(reader);
  let calls = 0;
  reader.open = () => ++calls !== fault && open();
  return { writer, reader };
}

it.each([writingFrames, readingFrames])('$name notices that a frame did not come', step => {
  const good = step(mailbox());
  good.prepare?.();
  expect(good.check(good.run())).toBe(true);

  const bad = step(faulty(100));
  bad.prepare?.();
  expect(bad.check(bad.run())).toBe(false);
});
