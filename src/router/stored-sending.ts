import { NO_ROOM } from '../memory/record-queue.js';
import {
  contentAt,
  copyInt32s,
  HEADER_INT32S,
  paddedInt32s,
  TRACKED_FLAG,
  TRACKED_INT32S,
} from '../records/record.js';
import type { Deliveries } from './deliveries.js';
import type { LargeBodies } from './large-bodies.js';
import type { Outlet } from './outlet.js';
import { deliveriesOf, isLarge, META_INT32S } from './stored-message.js';

/**
 * Sends the message stored at `at` through an outlet; false if it has no room. The queue's reference to a large body
 * goes with it.
 *
 * @param deliveries where it is kept until it is settled; undefined: it counts as done when sent
 */
export function sendStored(
  words: Int32Array,
  at: number,
  outlet: Outlet,
  deliveries: Deliveries | undefined,
  bodies: LargeBodies,
): boolean {
  const record = at + META_INT32S;
  const int32s = HEADER_INT32S + paddedInt32s(words[record]!);
  const tracked = deliveries === undefined ? 0 : TRACKED_INT32S;
  const to = outlet.reserve((int32s + tracked) >>> 1);
  if (to === NO_ROOM) return false;
  if (deliveries === undefined) {
    copyInt32s(words, record, outlet.writer.words, to, int32s);
  } else {
    const kept = deliveries.add(META_INT32S + int32s);
    copyInt32s(words, at, deliveries.words, kept, META_INT32S + int32s);
    deliveries.added(kept);
    writeTracked(outlet.writer.words, to, deliveries, kept);
  }
  if (isLarge(words, at)) {
    const page = words[contentAt(words, record)]!;
    if (deliveries !== undefined) bodies.retain(page); // what is kept has a reference of its own
    outlet.hold(page);
  }
  return true;
}

/** Writes the last of `deliveries`, kept at `kept`, to a ring: with its number, and how often its delivery failed. */
export function writeTracked(target: Int32Array, to: number, deliveries: Deliveries, kept: number): void {
  const words = deliveries.words;
  const record = kept + META_INT32S;
  const bytes = words[record]!;
  target[to] = bytes + TRACKED_INT32S * 4;
  target[to + 1] = words[record + 1]! | TRACKED_FLAG;
  target[to + 2] = deliveries.last;
  target[to + 3] = deliveriesOf(words, kept);
  const names = HEADER_INT32S + TRACKED_INT32S;
  copyInt32s(words, record + HEADER_INT32S, target, to + names, paddedInt32s(bytes));
}
