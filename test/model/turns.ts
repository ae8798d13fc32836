import type { ModelConsumer } from './model-consumer.js';

/**
 * Whose turn it is among the consumers of a queue that have credit: those of the highest priority, one after the other
 * ("Consumer Priorities").
 */
export class Turns {
  /** In the order in which they got their credit. */
  #waiting: ModelConsumer[] = [];
  /** By priority: how many of those who wait had their turn in this round. */
  readonly #served = new Map<number, number>();

  join(consumer: ModelConsumer): void {
    if (!this.#waiting.includes(consumer)) this.#waiting.push(consumer);
  }

  leave(consumer: ModelConsumer): void {
    const { priority } = consumer;
    const place = this.#of(priority).indexOf(consumer);
    if (place < 0) return;
    this.#waiting = this.#waiting.filter(other => other !== consumer);
    const served = this.#served.get(priority) ?? 0;
    if (place < served) this.#served.set(priority, served - 1);
    if (this.#of(priority).length === 0) this.#served.delete(priority);
  }

  next(): ModelConsumer | undefined {
    if (this.#waiting.length === 0) return undefined;
    const highest = Math.max(...this.#waiting.map(({ priority }) => priority));
    const candidates = this.#of(highest);
    const served = (this.#served.get(highest) ?? 0) % candidates.length;
    this.#served.set(highest, served + 1);
    return candidates[served];
  }

  #of(priority: number): ModelConsumer[] {
    return this.#waiting.filter(consumer => consumer.priority === priority);
  }
}
