import { joinThread, reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import { forgetShared } from '../forget-shared.js';
import { BELOW_SIGN, BELOW_WRAP, type Ring, type RingKind } from './kinds.js';
import { Ledger } from './ledger.js';
import {
  expectEachOnce,
  expectWritersOrder,
  opened,
  readAll,
  readAsleep,
  send,
  sendOnceThereIsSpace,
} from './records.js';

/**
 * What the scenarios of both rings have in common where a thread dies, before any of its accesses. The thread `router`
 * hears of it, and recovers.
 */

interface Shared {
  ring: Ring;
  /** What the thread that may die has done. */
  dying: Ledger;
  /** What another thread has taken. */
  other: Ledger;
}

/** Recovers the reader in `slot` until that is done; returns the numbers that were told. */
function recoverReader(kind: RingKind, code: CodeUnderTest, ring: Ring, slot: number): number[] {
  const told: number[] = [];
  const held = (first: number, count: number) => {
    if (count > 0) reachable('told');
    for (let i = 0; i < count; i++) told.push(first + i);
  };
  if (!ring.recoverReader(slot, held)) {
    kind.awaitOtherReaders(code, ring, slot);
    if (!ring.recoverReader(slot, held))
      throw new Error(`no other reader has noted anything, and slot ${slot} is not free`);
  }
  return told;
}

/**
 * A reader takes three records, `held` at a time (two: if `held` is 2, then one), and may die.
 *
 * @param other another reader takes one record at a time: not at all; meanwhile; or once the first has died, and then takes
 *   back by itself a lock that it holds
 */
export function dyingReader(kind: RingKind, held: 1 | 2, other: 'none' | 'meanwhile' | 'recovers the lock') {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Shared>({
      name: `${kind.name}: dying reader`,
      setup: () => ({
        ring: kind.make(code, { places: 4, readers: 3, batch: held, start: BELOW_WRAP, filled: [0, 1, 2] }),
        dying: new Ledger(3),
        other: new Ledger(3),
      }),
      threads: {
        dying({ ring, dying }) {
          const reader = kind.reader(ring, 0);
          for (let opens = 0; opens < 2; opens++) {
            const numbers = reader.open() ? opened(reader) : [];
            if (numbers.length > 0 && numbers.length < held && reader.open()) numbers.push(...opened(reader));
            dying.begin(numbers);
            reader.release();
            dying.end();
          }
        },
        ...(other === 'none'
          ? {}
          : {
              other({ ring, other: taken }: Shared) {
                const sure = other === 'recovers the lock' && joinThread('dying');
                const reader = kind.reader(ring, 1, { isDead: slot => sure && slot === 0 });
                for (let opens = 0; opens < 2; opens++) {
                  if (!reader.open(1)) continue;
                  taken.begin(opened(reader));
                  reader.release();
                }
              },
            }),
        router({ ring }) {
          const told = joinThread('dying') ? recoverReader(kind, code, ring, 0) : [];
          if (other !== 'none') joinThread('other');
          return { told, left: readAll(kind.reader(ring, 2)) };
        },
      },
      mayDie: ['dying'],
      reachable: ['told'],
      check({ shared, results }) {
        const { told, left } = results['router'] as { told: number[]; left: number[] };
        const others = shared.other.begun();
        const given = [0, 1, 2].filter(number => ![...told, ...left, ...others].includes(number));
        expectEachOnce([...told, ...left, ...others, ...given], [0, 1, 2]);
        shared.dying.expectEnded(given);
        kind.expectEmpty(code, shared.ring);
      },
    });
}

/** Two readers die, one of them when it has taken a record; the router recovers one of them first. */
export function twoDeadReaders(kind: RingKind, first: 0 | 1) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Shared>({
      name: `${kind.name}: two dead readers`,
      setup: () => ({
        ring: kind.make(code, { places: 2, readers: 3, batch: 1, start: BELOW_SIGN, filled: [0, 1] }),
        dying: new Ledger(2),
        other: new Ledger(0),
      }),
      threads: {
        dying({ ring, dying }) {
          const reader = kind.reader(ring, 0);
          if (!reader.open()) return;
          dying.begin(opened(reader));
          reader.release();
          dying.end();
        },
        // Its death is that it ends with what it holds.
        ending: ({ ring }) => kind.reader(ring, 1).open(),
        router({ ring }) {
          const died = joinThread('dying');
          const told: number[] = [];
          const held = (number: number, count: number) => {
            if (count > 0) told.push(number);
          };
          joinThread('ending');
          const slots = [0, 1].filter(slot => slot === 1 || died);
          const order = first === 0 ? slots : slots.reverse();
          const again = order.filter(slot => !ring.recoverReader(slot, held));
          if (again.length > 0) reachable('recovered in two steps');
          for (const slot of again) if (!ring.recoverReader(slot, held)) throw new Error('not free');
          return { told, left: readAll(kind.reader(ring, 2)) };
        },
      },
      mayDie: ['dying'],
      check({ shared, results }) {
        const { told, left } = results['router'] as { told: number[]; left: number[] };
        const given = [0, 1].filter(number => ![...told, ...left].includes(number));
        expectEachOnce([...told, ...left, ...given], [0, 1]);
        shared.dying.expectEnded(given);
        kind.expectEmpty(code, shared.ring);
      },
    });
}

/**
 * A writer dies while `living` others write. What is there is read by the router at the end, or meanwhile by a reader.
 */
export function dyingWriter(kind: RingKind, living: number, reads: 'meanwhile' | 'afterwards') {
  const others = Array.from({ length: living }, (_, i) => `living ${i + 1}`);
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Shared>({
      name: `${kind.name}: dying writer`,
      setup: () => ({
        ring: kind.make(code, { places: 4, start: BELOW_SIGN, used: 4 }),
        dying: new Ledger(2),
        other: new Ledger(0),
      }),
      threads: {
        dying({ ring, dying }) {
          const writer = kind.writer(ring, 0);
          for (const number of reads === 'meanwhile' ? [0] : [0, 1]) {
            dying.begin([number]);
            send(writer, number);
            dying.end();
          }
        },
        ...Object.fromEntries(
          others.map((name, i) => [name, ({ ring }: Shared) => send(kind.writer(ring, i + 1), 10 * (i + 1))]),
        ),
        router({ ring }) {
          if (joinThread('dying') && !kind.recoverWriter(code, ring, 0)) {
            reachable('recovered in two steps');
            for (const other of others) joinThread(other);
            if (!kind.recoverWriter(code, ring, 0))
              throw new Error('nobody else is left, and it is not free');
          }
          for (const other of others) joinThread(other);
          if (reads === 'afterwards') return readAll(kind.reader(ring, 0));
          ring.close();
          return undefined;
        },
        ...(reads === 'afterwards'
          ? {}
          : {
              reader({ ring }: Shared) {
                const reader = kind.reader(ring, 0);
                const read: number[] = [];
                while (!reader.ended) read.push(...readAll(reader));
                return read;
              },
            }),
      },
      mayDie: ['dying'],
      check({ shared, results }) {
        const read = results[reads === 'meanwhile' ? 'reader' : 'router'] as number[];
        const written = read.filter(number => number < 10);
        expectEachOnce(read, [...others.map((_, i) => 10 * (i + 1)), ...written]);
        expectWritersOrder(read);
        shared.dying.expectEnded(written);
        kind.expectEmpty(code, shared.ring);
      },
    });
}

/** A writer dies, perhaps after it made its record visible and before it woke the reader. */
export function dyingWaker(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: dying waker`,
      setup: () => kind.make(code, {}),
      threads: {
        dying: ring => send(kind.writer(ring, 0), 0),
        reader: ring => readAsleep(kind.reader(ring, 0), () => reachable('parked'), 1),
        router(ring) {
          if (joinThread('dying')) kind.recoverWriter(code, ring, 0);
        },
      },
      mayDie: ['dying'],
      reachable: ['parked'],
      // If there is no record it sleeps on, and rightly so.
      maySleep: true,
      check: ({ shared }) => kind.expectEmpty(code, shared),
    });
}

/** Of two readers that sleep one dies, perhaps after it was woken for the only record. */
export function dyingSleeper(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: dying sleeper`,
      setup: () => kind.make(code, { readers: 2 }),
      threads: {
        writer: ring => send(kind.writer(ring, 0), 0),
        dying: ring => readAsleep(kind.reader(ring, 0), () => reachable('parked'), 1),
        other: ring => readAsleep(kind.reader(ring, 1), () => reachable('the other parked'), 1),
        router(ring) {
          if (joinThread('dying')) recoverReader(kind, code, ring, 0);
        },
      },
      mayDie: ['dying'],
      reachable: ['parked', 'the other parked'],
      maySleep: true,
      check: ({ shared }) => kind.expectEmpty(code, shared),
    });
}

/** The ring is full and a writer waits; the reader dies, perhaps after it took records and before it told the writer. */
export function dyingReaderOfFullRing(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<Ring>({
      name: `${kind.name}: dying reader of a full ring`,
      setup: () => kind.make(code, { places: 2, readers: 2, filled: [0, 1] }),
      threads: {
        writer: ring => sendOnceThereIsSpace(kind.writer(ring, 0), 10, () => reachable('full')),
        dying(ring) {
          // Of what the writer sends it takes nothing.
          const reader = kind.reader(ring, 0);
          let taken = 0;
          while (taken < 2 && reader.open()) {
            taken += reader.count;
            reader.release();
          }
        },
        router(ring) {
          if (joinThread('dying')) recoverReader(kind, code, ring, 0);
          const reader = kind.reader(ring, 1);
          // Nothing else tells the writer of space: the first record that this reader gives back is the writer's.
          while (!reader.open());
          reader.release();
        },
      },
      mayDie: ['dying'],
      reachable: ['full'],
    });
}

/**
 * The places that a reader's two records point to are used again as soon as `released` says so: if the reader died, not
 * before the router was told of the records, because those go back to the queue with what they point to.
 */
export function releasedByTheDead(kind: RingKind) {
  return (code: CodeUnderTest): Scenario =>
    forgetShared<{ ring: Ring; bodies: Int32Array }>({
      name: `${kind.name}: released by the dead`,
      setup() {
        const bodies = new Int32Array(new SharedArrayBuffer(8));
        bodies.fill(BODY);
        return { ring: kind.make(code, { readers: 2, batch: 2, filled: [0, 1] }), bodies };
      },
      threads: {
        writer({ ring, bodies }) {
          const writer = kind.writer(ring, 0);
          const first = (writer.position - 2 * kind.step) | 0;
          for (const place of [0, 1]) {
            while (((writer.released - first) | 0) < kind.step * (place + 1));
            bodies[place] = -1;
          }
        },
        dying({ ring, bodies }) {
          const reader = kind.reader(ring, 0);
          for (let taken = 0; taken < 2 && reader.open(); taken += reader.count)
            expectBodies(bodies, opened(reader));
          reader.release();
        },
        router({ ring, bodies }) {
          if (joinThread('dying')) {
            const held = (first: number, count: number) =>
              expectBodies(bodies, count === 2 ? [first, first + 1] : [first]);
            if (!ring.recoverReader(0, held)) throw new Error('no other reader is there, and it is not free');
          }
          readAll(kind.reader(ring, 1));
        },
      },
      mayDie: ['dying'],
      check: ({ shared }) => kind.expectEmpty(code, shared.ring),
    });
}

const BODY = 100;

function expectBodies(bodies: Int32Array, places: readonly number[]): void {
  for (const place of places) if (bodies[place] !== BODY) throw new Error(`body ${place} was overwritten`);
}
