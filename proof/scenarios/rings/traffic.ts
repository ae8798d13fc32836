import { fifoQueue, joinThread, operation, reachable, type Scenario } from '../../../explore/index.js';
import type { Bell } from '../../../src/memory/bell.js';
import type { RecordReader } from '../../../src/memory/record-queue.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import { forgetShared } from '../forget-shared.js';
import { BELOW_SIGN, BELOW_WRAP, type Ring, type RingKind, type RingOptions, type Writer } from './kinds.js';
import {
  expectEachOnce,
  expectWritersOrder,
  opened,
  poll,
  pollFor,
  put,
  readAsleep,
  send,
  sendOnceThereIsSpace,
} from './records.js';

/** What the scenarios of both rings have in common, where nobody dies. Writer w sends the numbers 10 w, 10 w + 1, … */

type Threads = Record<string, (ring: Ring) => unknown>;

/** Threads `name 0`, `name 1`, … */
export function numbered<Shared>(
  name: string,
  count: number,
  body: (shared: Shared, i: number) => unknown,
): Record<string, (shared: Shared) => unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${name} ${i}`, (shared: Shared) => body(shared, i)]),
  );
}

/** The numbers of `writers` that send `each`. */
function numbersOf(writers: number, each: number): number[] {
  return Array.from({ length: writers * each }, (_, i) => Math.floor(i / each) * 10 + (i % each));
}

function sending(kind: RingKind, writers: number, each: number): Threads {
  return numbered('writer', writers, (ring, w) => {
    const writer = kind.writer(ring, w);
    for (let i = 0; i < each; i++) if (!send(writer, 10 * w + i)) throw new Error('the ring is full');
  });
}

/** Writers that send, and a reader that looks until all came: meanwhile, or when the writers have ended. */
export function writersAndReader(
  kind: RingKind,
  writers: number,
  each: number,
  reads: 'meanwhile' | 'afterwards',
) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: ${writers} writers of ${each}, read ${reads}`,
      setup: () => kind.make(code, { places: 4, start: writers === 2 ? BELOW_WRAP : BELOW_SIGN }),
      threads: {
        ...sending(kind, writers, each),
        reader(ring) {
          if (reads === 'afterwards') for (let w = 0; w < writers; w++) joinThread(`writer ${w}`);
          const reader = kind.reader(ring, 0);
          const read = pollFor(reader, writers * each);
          if (reader.open()) throw new Error('more records than were written');
          return read;
        },
      },
      check({ shared, results }) {
        const read = results['reader'] as number[];
        expectEachOnce(read, numbersOf(writers, each));
        expectWritersOrder(read);
        kind.expectEmpty(code, shared);
      },
    });
}

/** Readers that take one record each: of one that each writer sends, or (no writers) that lie there already. */
export function readersOfOne(kind: RingKind, readers: number, writers: number) {
  const expected = writers === 0 ? numbersOf(1, readers) : numbersOf(writers, readers / writers);
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: ${readers} readers, ${writers} writers`,
      setup: () =>
        kind.make(code, { readers, batch: 1, start: BELOW_WRAP, filled: writers === 0 ? expected : [] }),
      threads: {
        ...sending(kind, writers, readers / Math.max(1, writers)),
        ...numbered('reader', readers, (ring: Ring, slot) => poll(kind.reader(ring, slot))),
      },
      check({ shared, results }) {
        expectEachOnce(readBy(results, readers), expected);
        kind.expectEmpty(code, shared);
      },
    });
}

function readBy(results: Record<string, unknown>, readers: number): number[] {
  return Array.from({ length: readers }, (_, slot) => results[`reader ${slot}`] as number[]).flat();
}

/** A full ring: writers wait until the reader has given something back. */
export function full(kind: RingKind, writers: number) {
  const sent = numbersOf(writers, 1).map(number => number + 10);
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: full, ${writers} writers`,
      setup: () => kind.make(code, { places: 2, start: BELOW_SIGN, filled: [0, 1] }),
      threads: {
        ...numbered('writer', writers, (ring: Ring, w) =>
          sendOnceThereIsSpace(kind.writer(ring, w), sent[w]!, () => reachable('full')),
        ),
        reader: ring => pollFor(kind.reader(ring, 0), 2 + writers),
      },
      reachable: ['full'],
      check({ shared, results }) {
        const read = results['reader'] as number[];
        expectEachOnce(read, [0, 1, ...sent]);
        if (read[0] !== 0 || read[1] !== 1) throw new Error(`the order is ${read}`);
        kind.expectEmpty(code, shared);
      },
    });
}

/**
 * A full ring, a writer that sleeps, and another that sleeps on a bell of its own, as the router does: not for room, but
 * until half of the ring is free. The room that wakes it may be taken before it looks.
 */
export function fullWithBell(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<{ ring: Ring; bell: Bell }>({
      name: `${kind.name}: full, with a bell`,
      setup: () => ({
        ring: kind.make(code, { places: 2, filled: [0, 1], batch: 1 }),
        bell: new code.Bell(new Int32Array(new SharedArrayBuffer(4)), 0),
      }),
      threads: {
        writer: ({ ring }) => sendOnceThereIsSpace(kind.writer(ring, 0), 10, () => reachable('full')),
        'with a bell'({ ring, bell }) {
          const writer = kind.writer(ring, 1);
          bell.announce();
          writer.askForBell();
          if (!writer.hasSpace) {
            reachable('asleep');
            bell.sleep();
          }
        },
        reader: ({ ring, bell }) => pollFor(kind.reader(ring, 0, { spaceBell: bell }), 3),
      },
      reachable: ['full', 'asleep'],
      check: ({ shared }) => kind.expectEmpty(code, shared.ring),
    });
}

/** Readers that sleep whenever nothing is there until each has its share, and are never told of an end. */
export function parkingReaders(kind: RingKind, readers: number, writers: number, each: number) {
  const share = (writers * each) / readers;
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: ${readers} readers that sleep, ${writers} writers of ${each}`,
      setup: () => kind.make(code, { readers, batch: readers === 1 ? 64 : 1 }),
      threads: {
        ...sending(kind, writers, each),
        ...numbered('reader', readers, (ring: Ring, slot) =>
          readAsleep(kind.reader(ring, slot), () => reachable('parked'), share),
        ),
      },
      reachable: ['parked'],
      check({ shared, results }) {
        expectEachOnce(readBy(results, readers), numbersOf(writers, each));
        kind.expectEmpty(code, shared);
      },
    });
}

/** A reader sleeps in a slot whose hint is another slot's too. */
export function sharedHint(kind: RingKind) {
  const slot = 33;
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: shared hint`,
      setup: () => kind.make(code, { readers: slot + 1 }),
      threads: {
        ...sending(kind, 1, 1),
        reader: ring => readAsleep(kind.reader(ring, slot), () => reachable('parked'), 1),
      },
      reachable: ['parked'],
      check: ({ shared }) => kind.expectEmpty(code, shared),
    });
}

/** Two readers of the locked ring sleep; two records come at once, with one wake-up; each reader takes one. */
export function twoAtOnce(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: two readers that sleep, two records at once`,
      setup: () => kind.make(code, { readers: 2 }),
      threads: {
        writer(ring) {
          const writer = kind.writer(ring, 0);
          put(writer, 0);
          send(writer, 1);
        },
        ...numbered('reader', 2, (ring: Ring, slot) =>
          readAsleep(kind.reader(ring, slot), () => reachable('parked'), 1, 1),
        ),
      },
      reachable: ['parked'],
      check({ shared, results }) {
        expectEachOnce(readBy(results, 2), [0, 1]);
        kind.expectEmpty(code, shared);
      },
    });
}

/**
 * Writers send while another thread closes: what was accepted is read, and nothing is accepted afterwards. The reader looks
 * all the time: one that sleeps would go round and round while a frame is claimed and not there yet.
 */
export function closing(kind: RingKind, writers: number) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<{ ring: Ring; closed: Int32Array }>({
      name: `${kind.name}: closing, ${writers} writers`,
      setup: () => ({ ring: kind.make(code, {}), closed: new Int32Array(new SharedArrayBuffer(4)) }),
      threads: {
        ...numbered('writer', writers, ({ ring, closed }, w) => {
          const writer = kind.writer(ring, w);
          const late = Atomics.load(closed, 0) === 1;
          const accepted = send(writer, 10 * w);
          if (accepted && late) throw new Error('accepted after it was closed');
          if (!accepted) reachable('refused');
          if (writer.closed === accepted) throw new Error(`accepted: ${accepted}, closed: ${writer.closed}`);
          return accepted;
        }),
        closer({ ring, closed }) {
          ring.close();
          Atomics.store(closed, 0, 1);
        },
        reader({ ring }) {
          const reader = kind.reader(ring, 0);
          const read: number[] = [];
          while (!reader.ended) {
            if (!reader.open()) continue;
            read.push(...opened(reader));
            reader.release();
          }
          return read;
        },
      },
      reachable: ['refused'],
      check({ shared, results }) {
        const accepted = numbersOf(writers, 1).filter((_, w) => results[`writer ${w}`]);
        expectEachOnce(results['reader'] as number[], accepted);
        kind.expectEmpty(code, shared.ring);
      },
    });
}

/** A reader sleeps, and the ring is closed after the last record. */
export function closedWhileParked(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: closed while parked`,
      setup: () => kind.make(code, { start: BELOW_WRAP }),
      threads: {
        writer(ring) {
          const writer = kind.writer(ring, 0);
          send(writer, 0);
          writer.close();
        },
        reader: ring => readAsleep(kind.reader(ring, 0), () => reachable('parked')),
      },
      reachable: ['parked'],
      check({ shared, results }) {
        expectEachOnce(results['reader'] as number[], [0]);
        kind.expectEmpty(code, shared);
      },
    });
}

/** Writers that wait for space while the ring is closed: they must not sleep on. */
export function closedWhileFull(kind: RingKind, writers: number) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: closed while full`,
      setup: () => kind.make(code, { places: 2, filled: [0, 1] }),
      threads: {
        ...numbered('writer', writers, (ring: Ring, w) =>
          sendOnceThereIsSpace(kind.writer(ring, w), 10 * (w + 1), () => reachable('full')),
        ),
        closer: ring => ring.close(),
      },
      reachable: ['full'],
      check({ results }) {
        for (let w = 0; w < writers; w++) {
          if (results[`writer ${w}`] !== false) throw new Error('accepted though full');
        }
      },
    });
}

/**
 * The writer uses a place again once `released` says that no reader has a record that points to it: if one still reads
 * there, that is a race.
 */
export function released(kind: RingKind, readers: number) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<{ ring: Ring; bodies: Int32Array }>({
      name: `${kind.name}: released, ${readers} readers`,
      setup() {
        const bodies = new Int32Array(new SharedArrayBuffer(4 * readers));
        const places = Array.from(bodies, (_, place) => place);
        for (const place of places) bodies[place] = 100 + place;
        return { ring: kind.make(code, { readers, batch: 1, start: BELOW_WRAP, filled: places }), bodies };
      },
      threads: {
        writer({ ring, bodies }) {
          const writer = kind.writer(ring, 0);
          const first = (writer.position - kind.step * readers) | 0;
          for (let place = 0; place < readers; place++) {
            while (((writer.released - first) | 0) < kind.step * (place + 1));
            bodies[place] = -1;
          }
        },
        ...numbered('reader', readers, ({ ring, bodies }, slot) => {
          const reader = kind.reader(ring, slot);
          while (!reader.open());
          const [place] = opened(reader);
          if (bodies[place!] !== 100 + place!) throw new Error('the body was overwritten');
          reader.release();
        }),
      },
    });
}

/** Two threads that both write and read, three calls each: a queue of two places. */
export function queue(kind: RingKind, options: RingOptions, fullWhileDequeueing: boolean) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: queue`,
      setup: () => kind.make(code, { places: 2, readers: 2, batch: 1, ...options }),
      threads: {
        a(ring) {
          const writer = kind.writer(ring, 0);
          enqueue(writer, 1);
          enqueue(writer, 2);
          dequeue(kind.reader(ring, 0));
        },
        b(ring) {
          enqueue(kind.writer(ring, 1), 3);
          const reader = kind.reader(ring, 1);
          dequeue(reader);
          dequeue(reader);
        },
      },
      reachable: ['full', 'empty'],
      // Empty, because a reader looks at two words one after the other; and in the lock-free ring as Vyukov's queue is.
      linearizable: fifoQueue({ capacity: 2, emptyWhileEnqueueing: true, fullWhileDequeueing }),
    });
}

function enqueue(writer: Writer, number: number): void {
  operation('enqueue', [number], () => {
    const sent = send(writer, number);
    if (!sent) {
      reachable('full');
      writer.discard!();
    }
    return sent;
  });
}

function dequeue(reader: RecordReader): void {
  operation('dequeue', [], () => {
    if (!reader.open()) {
      reachable('empty');
      return undefined;
    }
    const [number] = opened(reader);
    reader.release();
    return number;
  });
}
