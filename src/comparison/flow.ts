import { CELL } from '../memory/layout.js';
import { now } from './clock.js';

/** What the threads of a run share, besides the design that is measured. */
export interface FlowMemory {
  readonly control: SharedArrayBuffer;
  readonly times: SharedArrayBuffer;
  readonly publishers: number;
  /** Messages that may be under way: published and not received. */
  readonly window: number;
}

/**
 * int32s, a cell of 128 bytes each:
 *
 *     ┌──────┬───────┬───────────┬──────────┬──────┬───────┬─────────┬─────────┬───┐
 *     │ PASS │ LIMIT │ PUBLISHED │ RECEIVED │ GATE │ ABORT │ queue 0 │ queue 1 │ … │
 *     └──────┴───────┴───────────┴──────────┴──────┴───────┴─────────┴─────────┴───┘
 *
 *     PASS       passes that publishers may work on, or STOP
 *     LIMIT      messages that each publisher sends in the pass, at most
 *     PUBLISHED  messages published, RECEIVED messages received; they wrap
 *     GATE       1 while a publisher waits for RECEIVED
 *     ABORT      1 when receivers are to end, whatever they wait for
 *     queue      {messages received from it, messages that it has when the pass is done}
 */
const Cell = {
  PASS: 0,
  LIMIT: CELL,
  PUBLISHED: 2 * CELL,
  RECEIVED: 3 * CELL,
  GATE: 4 * CELL,
  ABORT: 5 * CELL,
  QUEUES: 6 * CELL,
} as const;

const STOP = -1;
/** Received messages that a publisher or consumer counts before it tells the others. */
const COUNT_EVERY = 256;
/** Most messages, and bytes, under way. */
const MAX_WINDOW = 65_536;
const MAX_WINDOW_BYTES = 64 << 20;
/** Milliseconds after which a thread that waits looks whether the run was given up. */
export const LOOK_AGAIN = 200;

/**
 * The course of a run: passes begin and end, and publishers stay a bounded number of messages ahead of consumers, so
 * that memory is bounded and latencies can be compared. The same for every design; costs two atomics in 256 messages.
 */
export class Flow {
  /** Messages to publish, or to receive, between two calls. */
  readonly batch: number;
  readonly #control: Int32Array;
  /** When each publisher began the pass, then when each queue was done with it. */
  readonly #times: Float64Array;
  readonly #publishers: number;
  readonly #window: number;

  constructor(memory: FlowMemory) {
    this.#control = new Int32Array(memory.control);
    this.#times = new Float64Array(memory.times);
    this.#publishers = memory.publishers;
    this.#window = memory.window;
    this.batch = Math.max(1, Math.min(COUNT_EVERY, memory.window >>> 2));
  }

  static memory(publishers: number, queues: number, maxBodyBytes: number): FlowMemory {
    return {
      control: new SharedArrayBuffer(Cell.QUEUES * 4 + queues * CELL * 4),
      times: new SharedArrayBuffer((publishers + queues) * 8),
      publishers,
      window: Math.max(16, Math.min(MAX_WINDOW, Math.floor(MAX_WINDOW_BYTES / maxBodyBytes))),
    };
  }

  /** Starts a pass. @param perQueue messages that each queue will have received more, when it is done */
  start(limit: number, perQueue: readonly number[]): void {
    const control = this.#control;
    this.#times.fill(0);
    control[Cell.LIMIT] = limit;
    for (const [queue, count] of perQueue.entries()) {
      Atomics.add(control, expectedAt(queue), count); // pairs with the load in received()
    }
    Atomics.add(control, Cell.PASS, 1); // pairs with the load in awaitPass(): the limit is visible
    Atomics.notify(control, Cell.PASS); // pairs with the wait there
  }

  /** True if every queue's messages of the pass were received. */
  get passDone(): boolean {
    const control = this.#control;
    for (let at = Cell.QUEUES as number; at < control.length; at += CELL) {
      const received = Atomics.load(control, at); // pairs with the add in received()
      if (((received - Atomics.load(control, at + 1)) | 0) < 0) return false; // pairs with the add in start()
    }
    return true;
  }

  /** Milliseconds from the first publish of the pass to the last receipt. */
  get passTime(): number {
    const started = this.#times.subarray(0, this.#publishers).filter(time => time > 0);
    return Math.max(...this.#times.subarray(this.#publishers)) - Math.min(...started);
  }

  /** Messages published and received so far, as numbers that wrap. */
  get published(): number {
    return Atomics.load(this.#control, Cell.PUBLISHED); // pairs with the add in publish()
  }

  get received(): number {
    return Atomics.load(this.#control, Cell.RECEIVED); // pairs with the add in receive()
  }

  /** Tells publishers that there is no further pass. */
  stop(): void {
    Atomics.store(this.#control, Cell.PASS, STOP); // pairs with the load in awaitPass() and stopped
    Atomics.notify(this.#control, Cell.PASS); // pairs with the wait in awaitPass()
  }

  get stopped(): boolean {
    return Atomics.load(this.#control, Cell.PASS) === STOP; // pairs with the store in stop()
  }

  /** Tells consumers to give up. */
  abort(): void {
    Atomics.store(this.#control, Cell.ABORT, 1); // pairs with the load in aborted
  }

  get aborted(): boolean {
    return Atomics.load(this.#control, Cell.ABORT) === 1; // pairs with the store in abort()
  }

  /**
   * Publishers: blocks until pass `pass` begins, counted from 1.
   *
   * @returns messages to send at most; -1 if there is no further pass
   */
  awaitPass(pass: number, publisher: number): number {
    const control = this.#control;
    for (;;) {
      const current = Atomics.load(control, Cell.PASS); // pairs with the add in start()
      if (current === STOP) return -1;
      if (current >= pass) break;
      Atomics.wait(control, Cell.PASS, current); // pairs with the notify in start() and stop()
    }
    this.#times[publisher] = now();
    return control[Cell.LIMIT]!;
  }

  /** Publishers: counts `count` messages; true if so many are under way that awaitRoom() must be called. */
  publish(count: number): boolean {
    const published = Atomics.add(this.#control, Cell.PUBLISHED, count) + count; // pairs with the load in receive()
    return ((published - this.received) | 0) > this.#window;
  }

  /** Publishers: blocks until at most half of the window is under way, or the run stops. Flush before. */
  awaitRoom(): void {
    const control = this.#control;
    while (!this.stopped) {
      Atomics.store(control, Cell.GATE, 1); // pairs with the load in receive()
      if (this.#halfOpen) return;
      Atomics.wait(control, Cell.GATE, 1, LOOK_AGAIN); // pairs with the notify in receive()
    }
  }

  get #halfOpen(): boolean {
    return ((this.published - this.received) | 0) <= this.#window >>> 1;
  }

  /** Consumers: counts `count` messages from `queue`. True if these were the last of the pass. */
  receive(count: number, queue: number): boolean {
    const control = this.#control;
    Atomics.add(control, Cell.RECEIVED, count); // pairs with the load in received
    // pairs with the store in awaitRoom(): either it sees the count above, or it is seen here
    if (Atomics.load(control, Cell.GATE) === 1 && this.#halfOpen) {
      Atomics.store(control, Cell.GATE, 0); // pairs with the wait in awaitRoom()
      Atomics.notify(control, Cell.GATE);
    }
    const expected = Atomics.load(control, expectedAt(queue)); // pairs with the add in start()
    const before = Atomics.add(control, receivedAt(queue), count); // pairs with the load in passDone
    const last = ((before - expected) | 0) < 0 && ((before + count - expected) | 0) >= 0;
    // A plain store: whoever reads it was sent a message after it.
    if (last) this.#times[this.#publishers + queue] = now();
    return last;
  }
}

function receivedAt(queue: number): number {
  return Cell.QUEUES + queue * CELL;
}

function expectedAt(queue: number): number {
  return receivedAt(queue) + 1;
}
