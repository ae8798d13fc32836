import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Bell } from '../memory/bell.js';
import { QueueCounters } from '../memory/counters.js';
import { CELL, SPACE_BELL } from '../memory/layout.js';
import type { RecordReader } from '../memory/record-queue.js';
import { type MessagePortReaderHandle, Port, PortCell } from './message-port.js';
import { SpaceWaiters } from './space-waiters.js';

export interface MessagePortReaderOptions {
  /** Rung when credit was given back and the writer had asked for it. */
  spaceBell?: Bell | undefined;
}

/**
 * Reads what the writers of a message-port queue post, one message at a time.
 *
 * awaitAsync() is driven by `message` events. await() blocks the event loop, so it looks into the ports with
 * `receiveMessageOnPort`, and sleeps on a word that the writers ring: their part of that is one load a message.
 * Both may be mixed: a message is taken from its port once, by whichever comes first, and order is kept.
 *
 * A channel ends when its writer closes it, or died: see MessagePortQueue.recoverWriter().
 */
export class MessagePortReader implements RecordReader {
  words: Int32Array = new Int32Array(0);
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  count = 0;
  readonly counters = new QueueCounters();

  readonly #ports: readonly MessagePort[];
  readonly #deaths: MessagePort;
  readonly #control: Int32Array;
  readonly #capacity: number;
  readonly #packed: boolean;
  readonly #bell: Bell;
  readonly #space: SpaceWaiters[];
  readonly #spaceBell: Bell | undefined;
  /** Messages that came and were not opened, from `#next` on, and the writers that they came from. */
  readonly #arrived: Uint8Array[] = [];
  readonly #from: number[] = [];
  #next = 0;
  /** Words opened from each writer and not given back. */
  readonly #opened: Int32Array;
  #anyOpened = false;
  readonly #over: boolean[];
  #running: number;
  #listening = false;
  #awaited: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(handle: MessagePortReaderHandle, options: MessagePortReaderOptions = {}) {
    this.#ports = handle.ports.slice(0, -1);
    this.#deaths = handle.ports.at(-1)!;
    this.#control = new Int32Array(handle.control);
    this.#capacity = handle.capacity;
    this.#packed = handle.packed;
    this.#bell = new Bell(this.#control, Port.READER, this.counters);
    this.#space = this.#ports.map(
      (_, slot) =>
        new SpaceWaiters(this.#control, Port.WRITERS + slot * CELL + PortCell.SPACE, this.counters),
    );
    this.#spaceBell = options.spaceBell;
    this.#opened = new Int32Array(this.#ports.length);
    this.#over = this.#ports.map(() => false);
    this.#running = this.#ports.length;
  }

  open(): boolean {
    if (this.#next === this.#arrived.length && !this.#receive()) return false;
    const bytes = this.#arrived[this.#next]!;
    const writer = this.#from[this.#next]!;
    if (++this.#next === this.#arrived.length) {
      this.#arrived.length = 0;
      this.#from.length = 0;
      this.#next = 0;
    }
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    this.at = this.#packed ? 2 : 0;
    this.count = this.#packed ? this.words[1]! : 1;
    this.#opened[writer] = this.#opened[writer]! + (bytes.length >>> 3);
    this.#anyOpened = true;
    return true;
  }

  /** Looks into every port once, without waiting. True if a message came. */
  #receive(): boolean {
    let came = false;
    for (let writer = 0; writer < this.#ports.length; writer++) {
      if (this.#over[writer]) continue;
      const received = receiveMessageOnPort(this.#ports[writer]!) as
        | { message: Uint8Array | null }
        | undefined;
      if (received !== undefined) came = this.#take(writer, received.message) || came;
    }
    const death = receiveMessageOnPort(this.#deaths) as { message: number } | undefined;
    return (death !== undefined && this.#bury(death.message)) || came;
  }

  /** Takes what a dead writer left in its port, all of which is there, and ends the channel. True if any was left. */
  #bury(writer: number): boolean {
    let came = false;
    while (!this.#over[writer]) {
      const received = receiveMessageOnPort(this.#ports[writer]!) as
        | { message: Uint8Array | null }
        | undefined;
      if (received === undefined) this.#end(writer);
      else came = this.#take(writer, received.message) || came;
    }
    return came;
  }

  #take(writer: number, message: Uint8Array | null): boolean {
    if (message === null) {
      this.#end(writer);
      return false;
    }
    this.#arrived.push(message);
    this.#from.push(writer);
    return true;
  }

  #end(writer: number): void {
    if (this.#over[writer]) return;
    this.#over[writer] = true;
    this.#running--;
  }

  release(): void {
    if (!this.#anyOpened) return;
    this.#anyOpened = false;
    const control = this.#control;
    for (let writer = 0; writer < this.#opened.length; writer++) {
      const words = this.#opened[writer]!;
      if (words === 0) continue;
      this.#opened[writer] = 0;
      const cell = Port.WRITERS + writer * CELL;
      const released = Atomics.add(control, cell + PortCell.RELEASED, words) + words; // pairs with #hasCredit()
      if (this.#space[writer]!.any) this.#announceSpace(writer, released | 0);
    }
  }

  /** Tells a waiting writer, once half of its credit is back. */
  #announceSpace(writer: number, released: number): void {
    // pairs with the store in MessagePortWriter.flush()
    const posted = Atomics.load(this.#control, Port.WRITERS + writer * CELL + PortCell.POSTED);
    if (((posted - released) | 0) > this.#capacity >>> 1) return;
    if ((this.#space[writer]!.announce() & SPACE_BELL) !== 0) this.#spaceBell?.ring();
  }

  ready(): boolean {
    return this.#next < this.#arrived.length || this.#receive() || this.#running === 0;
  }

  get ended(): boolean {
    return this.#running === 0 && this.#next === this.#arrived.length;
  }

  await(milliseconds = Number.POSITIVE_INFINITY): void {
    if (this.ready()) return;
    this.#bell.announce();
    if (!this.ready()) this.#bell.sleep(milliseconds);
    this.#bell.retract();
  }

  awaitAsync(): Promise<unknown> | undefined {
    if (this.ready()) return undefined;
    this.#listen();
    this.#awaited ??= new Promise(resolve => {
      this.#wake = resolve;
    });
    return this.#awaited;
  }

  /** From the first awaitAsync() on. The listeners keep no event loop alive. */
  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    for (const [writer, port] of this.#ports.entries()) {
      port.on('message', (message: Uint8Array | null) => {
        this.#take(writer, message);
        this.#woken();
      });
      port.on('close', () => {
        this.#end(writer);
        this.#woken();
      });
      port.unref();
    }
    this.#deaths.on('message', (writer: number) => {
      this.#bury(writer);
      this.#woken();
    });
    this.#deaths.unref();
  }

  #woken(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#awaited = undefined;
  }

  /** Refuses everything from now on; what was posted before can be read until the ports are gone. */
  close(): void {
    Atomics.store(this.#control, Port.CLOSED, 1); // pairs with the load in MessagePortWriter.flush()
    this.#deaths.close();
    for (const [writer, port] of this.#ports.entries()) {
      this.#end(writer);
      port.close();
      this.#space[writer]!.announce();
    }
  }
}
