import { WORK_DISPATCHES } from './names.js';

/** Messages that one run can tell apart; memory that is not reached takes none. */
const MOST_MESSAGES = 1 << 27;
const MOST_THREADS = 64;
const MOST_FAULTS = 32;

/** A message's byte: whether its publisher saw the confirm, whether anybody received it, and from which work queue. */
const CONFIRMED = 1;
const RECEIVED = 2;
const QUEUE_SHIFT = 4;

/** Indices of the words. */
const NEXT_MESSAGE = 0;
const RECEIPTS = 1;
const REDELIVERIES = 2;
const NEWS = 3;
const HELD = 4;
const STOPPED = 5;
const FAULTS = 6;
const BUSY = 8;
const DOOM = BUSY + MOST_THREADS;
const FAULT_RECORDS = DOOM + MOST_THREADS;
const FAULT_INT32S = 4;
const WORDS = FAULT_RECORDS + MOST_FAULTS * FAULT_INT32S;

/** How a thread is to end. `terminate` is not among them: that comes from outside. */
export const Doom = { NONE: 0, EXIT: 1, THROW: 2, CLOSE: 3 } as const;
export type Doom = (typeof Doom)[keyof typeof Doom];

/** What a thread can find wrong, by number. */
export const FAULT_KINDS = [
  'came twice without redelivered',
  'came without having been published',
  'came from the wrong queue',
  'came with a wrong body',
  'came before one that was published earlier',
  'of the news came, and one before it is missing',
  'of the news came twice without redelivered',
  'came back although a queue takes it',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface BoardMemory {
  readonly words: SharedArrayBuffer;
  readonly states: SharedArrayBuffer;
}

/** What is known of the messages so far. */
export interface Tally {
  /** Messages that somebody received, by work queue. */
  received: number[];
  /** Messages that were confirmed and that nobody received. */
  lost: number[];
}

/**
 * Shared memory in which the threads note what they did. A note is one atomic operation, so a thread that is ended at
 * any moment has made it or has not.
 */
export class Board {
  readonly memory: BoardMemory;
  readonly #words: Int32Array;
  readonly #states: Uint8Array;
  /** Messages below were counted already, into `#received`. */
  #counted = 0;
  readonly #received = WORK_DISPATCHES.map(() => 0);

  constructor(
    memory: BoardMemory = {
      words: new SharedArrayBuffer(WORDS * 4),
      states: new SharedArrayBuffer(MOST_MESSAGES),
    },
  ) {
    this.memory = memory;
    this.#words = new Int32Array(memory.words);
    this.#states = new Uint8Array(memory.states);
  }

  /** Numbers for `count` messages; the first of them. @throws Error if the run has used all up */
  takeNumbers(count: number): number {
    const first = Atomics.add(this.#words, NEXT_MESSAGE, count);
    if (first + count > MOST_MESSAGES)
      throw new Error(`A run has numbers for ${MOST_MESSAGES} messages only.`);
    return first;
  }

  /** Messages `first` to `first + count - 1` were confirmed to their publisher. */
  confirmed(first: number, count: number): void {
    for (let number = first; number < first + count; number++) Atomics.or(this.#states, number, CONFIRMED);
  }

  /** A consumer of work queue `work` received a message, and has not acknowledged it yet. */
  received(thread: number, work: number, number: number, redelivered: boolean): void {
    if (number < 0 || number >= Atomics.load(this.#words, NEXT_MESSAGE)) {
      this.fault('came without having been published', thread, number);
      return;
    }
    const before = Atomics.or(this.#states, number, RECEIVED | (work << QUEUE_SHIFT));
    if ((before & RECEIVED) !== 0 && !redelivered)
      this.fault('came twice without redelivered', thread, number);
    Atomics.add(this.#words, RECEIPTS, 1);
    if (redelivered) Atomics.add(this.#words, REDELIVERIES, 1);
  }

  receivedNews(): void {
    Atomics.add(this.#words, NEWS, 1);
  }

  fault(kind: FaultKind, thread: number, number: number): void {
    const index = Atomics.add(this.#words, FAULTS, 1);
    if (index >= MOST_FAULTS) return;
    this.#words.set([FAULT_KINDS.indexOf(kind), thread, number], FAULT_RECORDS + index * FAULT_INT32S);
  }

  /** Texts of the first faults. */
  faults(): string[] {
    const count = Math.min(this.faultCount, MOST_FAULTS);
    return Array.from({ length: count }, (_, index) => {
      const at = FAULT_RECORDS + index * FAULT_INT32S;
      const [kind, thread, number] = this.#words.subarray(at, at + FAULT_INT32S);
      return `thread ${thread}: message ${number} ${FAULT_KINDS[kind!]}`;
    });
  }

  get faultCount(): number {
    return Atomics.load(this.#words, FAULTS);
  }

  /** Work messages that were received, those that came again included. */
  get receipts(): number {
    return Atomics.load(this.#words, RECEIPTS);
  }

  get redeliveries(): number {
    return Atomics.load(this.#words, REDELIVERIES);
  }

  get news(): number {
    return Atomics.load(this.#words, NEWS);
  }

  /** While it is set, publishers publish nothing more. Only the main thread sets it. */
  get held(): boolean {
    return Atomics.load(this.#words, HELD) !== 0; // pairs with the setter
  }

  set held(held: boolean) {
    Atomics.store(this.#words, HELD, held ? 1 : 0);
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOPPED) !== 0; // pairs with stop()
  }

  /** All threads are to close their sessions and end. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
  }

  /**
   * A publisher begins; false if publishers are held. It says that it is busy first and looks then, and the main
   * thread does it the other way round: so one of them sees the other.
   */
  begin(place: number): boolean {
    Atomics.store(this.#words, BUSY + place, 1);
    if (!this.held) return true;
    this.end(place);
    return false;
  }

  end(place: number): void {
    Atomics.store(this.#words, BUSY + place, 0);
  }

  get busy(): boolean {
    return this.#words.subarray(BUSY, BUSY + MOST_THREADS).some(word => word !== 0);
  }

  doom(place: number, doom: Doom): void {
    Atomics.store(this.#words, DOOM + place, doom);
  }

  doomOf(place: number): Doom {
    return Atomics.load(this.#words, DOOM + place) as Doom;
  }

  /** The thread at `place` is gone, and another one is to come. */
  vacate(place: number): void {
    this.doom(place, Doom.NONE);
    this.end(place);
  }

  /** Counts the messages. Call it only while nothing is on its way: what was counted is not looked at again. */
  tally(): Tally {
    const lost: number[] = [];
    const end = Atomics.load(this.#words, NEXT_MESSAGE);
    for (; this.#counted < end; this.#counted++) {
      const state = this.#states[this.#counted]!;
      if ((state & RECEIVED) !== 0) this.#received[state >>> QUEUE_SHIFT]!++;
      else if ((state & CONFIRMED) !== 0) lost.push(this.#counted);
    }
    return { received: [...this.#received], lost };
  }
}
