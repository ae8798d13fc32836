import type { ProofEntry } from '../../proof-entry.js';
import {
  dyingReader,
  dyingReaderOfFullRing,
  dyingSleeper,
  dyingWaker,
  dyingWriter,
  releasedByTheDead,
  twoDeadReaders,
} from './deaths.js';
import { BELOW_SIGN, LOCK_FREE, SOLE_WRITER } from './kinds.js';
import { manyHeld } from './many-held.js';
import {
  closedWhileFull,
  closedWhileParked,
  closing,
  full,
  fullWithBell,
  parkingReaders,
  queue,
  readersOfOne,
  released,
  writersAndReader,
} from './traffic.js';

const ALL = {};
const ONE = { preemptions: 1 };
const TWO = { preemptions: 2 };
const THREE = { preemptions: 3 };
const FOUR = { preemptions: 4 };

export const lockFreeEntries: readonly ProofEntry[] = [
  {
    name: 'lock-free/2-writers-2-frames',
    shows: 'each record is written once, whole and in its writer’s order',
    make: writersAndReader(LOCK_FREE, 2, 2, 'afterwards'),
    search: ALL,
  },
  {
    name: 'lock-free/3-writers-1-frame',
    shows: 'the same with three writers',
    make: writersAndReader(LOCK_FREE, 3, 1, 'afterwards'),
    search: ALL,
  },
  {
    name: 'lock-free/2-writers-1-frame-reader',
    shows: 'each record comes once and whole to a reader that looks meanwhile',
    make: writersAndReader(LOCK_FREE, 2, 1, 'meanwhile'),
    search: ALL,
  },
  {
    name: 'lock-free/2-writers-2-frames-reader',
    shows: 'the same with two writers and two records each',
    make: writersAndReader(LOCK_FREE, 2, 2, 'meanwhile'),
    search: ALL,
  },
  {
    name: 'lock-free/3-writers-1-frame-reader',
    shows: 'the same with three writers',
    make: writersAndReader(LOCK_FREE, 3, 1, 'meanwhile'),
    search: ALL,
  },
  {
    name: 'lock-free/sole-writer',
    shows: 'the same from the only writer of a ring',
    make: writersAndReader(SOLE_WRITER, 1, 3, 'meanwhile'),
    search: ALL,
  },
  {
    name: 'lock-free/2-readers',
    shows: 'two readers share the frames, each goes to one',
    make: readersOfOne(LOCK_FREE, 2, 0),
    search: ALL,
  },
  {
    name: 'lock-free/3-readers',
    shows: 'the same with three readers',
    make: readersOfOne(LOCK_FREE, 3, 0),
    search: ALL,
  },
  {
    name: 'lock-free/2-readers-sole-writer',
    shows: 'the same while they are written',
    make: readersOfOne(SOLE_WRITER, 2, 1),
    search: ALL,
  },
  {
    name: 'lock-free/2-readers-2-writers',
    shows: 'the same with two writers',
    make: readersOfOne(LOCK_FREE, 2, 2),
    search: ALL,
  },
  {
    name: 'lock-free/full',
    shows: 'a writer that found the ring full sleeps until the reader has given something back',
    make: full(LOCK_FREE, 1),
    search: ALL,
  },
  {
    name: 'lock-free/full-2-writers',
    shows: 'the same with two writers, both of which are woken',
    make: full(LOCK_FREE, 2),
    search: TWO,
    nightly: THREE,
  },
  {
    name: 'lock-free/full-sole-writer',
    shows: 'the same with the only writer of a ring',
    make: full(SOLE_WRITER, 1),
    search: ALL,
  },
  {
    name: 'lock-free/full-with-bell',
    shows: 'a writer that asked for a bell is told of space, though another took the room that it first saw',
    make: fullWithBell(LOCK_FREE),
    search: ALL,
  },
  {
    name: 'lock-free/parking-reader',
    shows: 'a reader that goes to sleep misses no frame',
    make: parkingReaders(LOCK_FREE, 1, 1, 1),
    search: ALL,
  },
  {
    name: 'lock-free/parking-reader-2-writers',
    shows: 'the same with two writers, of which the second may be done first',
    make: parkingReaders(LOCK_FREE, 1, 2, 1),
    search: THREE,
    nightly: FOUR,
  },
  {
    name: 'lock-free/2-parking-readers',
    shows: 'of two readers that sleep, each is woken for its frame',
    make: parkingReaders(SOLE_WRITER, 2, 1, 2),
    search: TWO,
    nightly: THREE,
  },
  {
    name: 'lock-free/2-parking-readers-2-writers',
    shows: 'the same with two writers',
    make: parkingReaders(LOCK_FREE, 2, 2, 1),
    search: ONE,
    nightly: TWO,
  },
  {
    name: 'lock-free/closing',
    shows: 'what was accepted before a close is read, nothing is accepted afterwards, and the reader ends',
    make: closing(LOCK_FREE, 1),
    search: ALL,
  },
  {
    name: 'lock-free/closing-2-writers',
    shows: 'the same with two writers',
    make: closing(LOCK_FREE, 2),
    search: TWO,
    nightly: THREE,
  },
  {
    name: 'lock-free/closing-sole-writer',
    shows: 'the same with the only writer of a ring',
    make: closing(SOLE_WRITER, 1),
    search: ALL,
  },
  {
    name: 'lock-free/closed-while-parked',
    shows: 'a reader that sleeps is woken by a close, and reads what there is before it ends',
    make: closedWhileParked(SOLE_WRITER),
    search: THREE,
    nightly: FOUR,
  },
  {
    name: 'lock-free/closed-while-full',
    shows: 'writers that wait for space are woken by a close, and refused',
    make: closedWhileFull(LOCK_FREE, 2),
    search: ALL,
  },
  {
    name: 'lock-free/closed-while-full-sole-writer',
    shows: 'the same with the only writer of a ring',
    make: closedWhileFull(SOLE_WRITER, 1),
    search: ALL,
  },
  {
    name: 'lock-free/many-held',
    shows: 'frames that a reader opens beyond those that it may hold are copied, and stay as they were',
    make: manyHeld,
    search: ALL,
  },
  {
    name: 'lock-free/released',
    shows: 'a place that `released` gives free is read by nobody',
    make: released(SOLE_WRITER, 1),
    search: ALL,
  },
  {
    name: 'lock-free/released-2-readers',
    shows: 'the same with two readers, of which the second may be done first',
    make: released(SOLE_WRITER, 2),
    search: TWO,
    nightly: ALL,
  },
  {
    name: 'lock-free/queue',
    shows:
      'is a queue of two places; it may answer empty while a frame is being written, and full while one is being read',
    make: queue(LOCK_FREE, { start: BELOW_SIGN }, true),
    search: ALL,
  },
  {
    name: 'lock-free/reader-dies',
    shows: 'of a dead reader’s frames those are told that it took and did not give back, and no others',
    make: dyingReader(LOCK_FREE, 1, 'none'),
    search: ALL,
  },
  {
    name: 'lock-free/reader-dies-with-two',
    shows: 'the same for a reader that holds several frames',
    make: dyingReader(LOCK_FREE, 2, 'none'),
    search: ALL,
  },
  {
    name: 'lock-free/reader-dies-beside-another',
    shows: 'the same while another reader takes frames, of which the dead one may have noted one',
    make: dyingReader(LOCK_FREE, 1, 'meanwhile'),
    search: TWO,
    nightly: ALL,
  },
  {
    name: 'lock-free/two-readers-die',
    shows: 'what two dead readers have noted is told once',
    make: twoDeadReaders(LOCK_FREE, 0),
    search: ALL,
  },
  {
    name: 'lock-free/two-readers-die-the-other-first',
    shows: 'the same if the other is recovered first',
    make: twoDeadReaders(LOCK_FREE, 1),
    search: ALL,
  },
  {
    name: 'lock-free/writer-dies',
    shows: 'the slot that a dead writer had claimed is skipped, and nobody else’s',
    make: dyingWriter(LOCK_FREE, 1, 'afterwards'),
    search: ALL,
  },
  {
    name: 'lock-free/writer-dies-beside-2-others',
    shows: 'the same with two other writers',
    make: dyingWriter(LOCK_FREE, 2, 'afterwards'),
    search: ONE,
    nightly: TWO,
  },
  {
    name: 'lock-free/writer-dies-beside-a-reader',
    shows: 'the same, and a reader that looks meanwhile goes on',
    make: dyingWriter(LOCK_FREE, 1, 'meanwhile'),
    search: ONE,
    nightly: TWO,
  },
  {
    name: 'lock-free/sole-writer-dies',
    shows: 'the same for the only writer of a ring',
    make: dyingWriter(SOLE_WRITER, 0, 'meanwhile'),
    search: ALL,
  },
  {
    name: 'lock-free/waker-dies',
    shows: 'a reader sleeps over no frame whose writer died before it woke the reader',
    make: dyingWaker(LOCK_FREE),
    search: ALL,
  },
  {
    name: 'lock-free/sleeper-dies',
    shows: 'a reader that dies after it was woken takes no wake-up with it',
    make: dyingSleeper(LOCK_FREE),
    search: ONE,
    nightly: TWO,
  },
  {
    name: 'lock-free/reader-of-a-full-ring-dies',
    shows: 'a writer that waits for space is told of what a dead reader had taken',
    make: dyingReaderOfFullRing(LOCK_FREE),
    search: ALL,
  },
  {
    name: 'lock-free/released-by-the-dead',
    shows: 'what a dead reader read is not given free before it was recovered, and then is',
    make: releasedByTheDead(SOLE_WRITER),
    search: TWO,
    nightly: ALL,
  },
];
