import type { Ends } from './designs.js';
import { TIMES as FRAMES } from './repeated.js';
import type { Step } from './timed-suite.js';

/** A frame that holds nothing but the header of one record: what is left is the cost of the frame. */
const RECORD_WORDS = 1;

/** The writer's part of FRAMES frames. The reader empties the queue between the samples, and checks it. */
export function writingFrames({ writer, reader }: Ends): Step {
  return {
    units: FRAMES,
    run: () => writeFrames(writer),
    check: written => written === FRAMES && readFrames(reader) === sumOfTags(FRAMES) && !reader.open(),
  };
}

/** The reader's part: it opens each frame, looks at its record's tag, and gives it back. */
export function readingFrames({ writer, reader }: Ends): Step {
  return {
    units: FRAMES,
    prepare: () => void writeFrames(writer),
    run: () => readFrames(reader),
    check: sum => sum === sumOfTags(FRAMES) && !reader.open(),
  };
}

function writeFrames(writer: Ends['writer']): number {
  let written = 0;
  for (let i = 0; i < FRAMES; i++) {
    const at = writer.reserve(RECORD_WORDS);
    writer.words[at] = 0;
    writer.words[at + 1] = i;
    if (writer.flush()) written++;
  }
  return written;
}

function readFrames(reader: Ends['reader']): number {
  let sum = 0;
  for (let i = 0; i < FRAMES && reader.open(); i++) {
    // Each tag times its place: frames in another order are another sum.
    sum += reader.words[reader.at + 1]! * (i + reader.count);
    reader.release();
  }
  return sum;
}

/** The sum of i x (i + 1) for all i below `count`. */
function sumOfTags(count: number): number {
  return ((count - 1) * count * (count + 1)) / 3;
}
