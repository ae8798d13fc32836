import type { Flow } from './flow.js';
import type { ConsumerThread } from './rig.js';
import { countPerBinding, countPerQueue, type Work } from './work.js';

/** Milliseconds between two looks at how far a pass is. */
const LOOK_EVERY = 200;

/** Starts passes over the work, one after the other, and sees when each is done. */
export class Passes {
  /** What all passes so far should have delivered, by binding. */
  readonly sentPerBinding: number[];
  readonly #work: Work;
  readonly #publishers: number;
  readonly #flow: Flow;
  readonly #patience: number;
  #onDone: () => void = () => {};

  /** @param patience milliseconds without any message after which a pass is given up */
  constructor(
    work: Work,
    publishers: number,
    flow: Flow,
    consumers: readonly ConsumerThread[],
    patience: number,
  ) {
    this.sentPerBinding = work.bindings.map(() => 0);
    this.#work = work;
    this.#publishers = publishers;
    this.#flow = flow;
    this.#patience = patience;
    for (const consumer of consumers) consumer.onDone = () => this.#onDone();
  }

  /**
   * Does the work once.
   *
   * @param limit messages that each publisher sends at most
   * @param onProgress called a few times a second with the part that was received, from 0 to 1
   * @returns false if not every message came: none did any more for as long as patience lasts
   */
  async run(limit: number, onProgress: (part: number) => void): Promise<boolean> {
    const perBinding = countPerBinding(this.#work, this.#publishers, limit);
    for (const [binding, count] of perBinding.entries()) {
      this.sentPerBinding[binding] = this.sentPerBinding[binding]! + count;
    }
    const perQueue = countPerQueue(this.#work, perBinding);
    const total = perQueue.reduce((sum, count) => sum + count, 0);
    const before = this.#flow.received;
    let looks: NodeJS.Timeout | undefined;
    try {
      return await new Promise<boolean>(resolve => {
        this.#onDone = () => {
          if (this.#flow.passDone) resolve(true);
        };
        let moved = -1;
        let idle = 0;
        looks = setInterval(() => {
          const published = this.#flow.published;
          const received = this.#flow.received;
          onProgress(Math.min(1, ((received - before) | 0) / total));
          const sum = (published + received) | 0;
          idle = sum === moved ? idle + LOOK_EVERY : 0;
          moved = sum;
          if (idle >= this.#patience) resolve(this.#flow.passDone);
        }, LOOK_EVERY);
        this.#flow.start(limit, perQueue);
      });
    } finally {
      clearInterval(looks);
      this.#onDone = () => {};
    }
  }
}
