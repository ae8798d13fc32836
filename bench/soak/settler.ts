import type { Consumer, Message } from '../../src/index.js';
import { below, oncePer, oneOf, type Random } from './random.js';

/** Messages that are gathered at most before they are settled, where no prefetch says less. */
const MOST_GATHERED = 100;
const RETRY_MILLISECONDS = 3;

/** Settles what a consumer receives, in a way that is chosen at random. Now and then a message goes back. */
export class Settler {
  readonly #consumer: Consumer;
  readonly #random: Random;
  readonly #way: 'each' | 'multiple' | 'out of order';
  readonly #size: number;
  readonly #gathered: Message[] = [];
  #count = 0;

  /** @param inPlace messages cannot be kept: it is always the same one */
  constructor(consumer: Consumer, random: Random, prefetch: number, inPlace: boolean) {
    this.#consumer = consumer;
    this.#random = random;
    this.#way = oneOf(random, inPlace ? ['each', 'multiple'] : ['each', 'multiple', 'out of order']);
    this.#size = 1 + below(random, Math.min(prefetch === 0 ? MOST_GATHERED : prefetch, MOST_GATHERED));
  }

  settle(message: Message): void {
    if (this.#way === 'each') {
      this.#one(message);
    } else if (this.#way === 'multiple') {
      if (++this.#count < this.#size) return;
      this.#count = 0;
      if (oncePer(this.#random, 16)) message.nack({ multiple: true });
      else message.ack({ multiple: true });
    } else {
      this.#gathered.push(message);
      if (this.#gathered.length >= this.#size) this.rest();
    }
  }

  /** Settles what was gathered: nothing comes just now. */
  rest(): void {
    while (this.#gathered.length > 0) {
      const [message] = this.#gathered.splice(below(this.#random, this.#gathered.length), 1);
      this.#one(message!);
    }
    this.#count = 0;
    this.#consumer.ackAll();
  }

  #one(message: Message): void {
    const random = this.#random;
    if (oncePer(random, 20)) message.nack();
    else if (oncePer(random, 50)) message.retry(RETRY_MILLISECONDS);
    else message.ack();
  }
}
