/** What the threads of a run do, in this order. */
export const Phase = {
  /** Consumers wait for the first message; producers wait for the next phase. */
  IDLE: 0,
  WARM_UP: 1,
  /** What happens now is measured. */
  WINDOW: 2,
  /** The same goes on, and who holds the lock is written down. */
  TRACE: 3,
  /** Producers end; consumers receive what is left. */
  STOP: 4,
} as const;

export type Phase = (typeof Phase)[keyof typeof Phase];

/** One word that tells all threads of a run which phase it is. A look costs an atomic load, once in some messages. */
export class Phases {
  readonly #word: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#word = new Int32Array(buffer);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(4);
  }

  get current(): Phase {
    return Atomics.load(this.#word, 0) as Phase; // pairs with the store in begin()
  }

  begin(phase: Phase): void {
    Atomics.store(this.#word, 0, phase); // pairs with the load in current, and the wait in awaitStart()
    Atomics.notify(this.#word, 0);
  }

  /** Blocks this thread as long as the phase is IDLE. */
  awaitStart(): void {
    while (this.current === Phase.IDLE) Atomics.wait(this.#word, 0, Phase.IDLE); // pairs with the notify in begin()
  }

  /** Sleeps for `milliseconds`, or until the phase is no longer `phase`. */
  sleep(phase: Phase, milliseconds: number): void {
    Atomics.wait(this.#word, 0, phase, milliseconds); // pairs with the notify in begin()
  }
}
