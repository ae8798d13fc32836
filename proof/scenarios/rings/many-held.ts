import type { Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import { forgetShared } from '../forget-shared.js';
import { type Ring, SOLE_WRITER } from './kinds.js';
import { expectEachOnce, type OpenedRecords, opened, send } from './records.js';

/** Frames that come meanwhile. The reader has no note left for them but one, and copies them. */
const SENT = 3;

/** A reader of the lock-free ring opens all frames, and gives none back until it has them all. */
export function manyHeld(code: CodeUnderTest): Scenario {
  const held = code.MAX_HELD - 1;
  const filled = Array.from({ length: held }, (_, number) => number);
  return forgetShared<Ring>({
    name: 'many held',
    setup: () => SOLE_WRITER.make(code, { places: 2 * code.MAX_HELD, filled }),
    threads: {
      writer(ring) {
        const writer = SOLE_WRITER.writer(ring, 0);
        for (let number = held; number < held + SENT; number++) send(writer, number);
      },
      reader(ring) {
        const reader = SOLE_WRITER.reader(ring, 0);
        const frames: OpenedRecords[] = [];
        while (frames.length < held + SENT) {
          if (!reader.open()) continue;
          const { words, at, count } = reader;
          frames.push({ words, at, count });
        }
        const numbers = frames.flatMap(opened);
        reader.release();
        return numbers;
      },
    },
    check({ shared, results }) {
      expectEachOnce(
        results['reader'] as number[],
        Array.from({ length: held + SENT }, (_, number) => number),
      );
      SOLE_WRITER.expectEmpty(code, shared);
    },
  });
}
