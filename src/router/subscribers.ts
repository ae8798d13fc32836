import type { Subscriber } from './subscriber.js';

/**
 * Where a queue's messages go next: the subscribers that are ready, in turn among those of the highest priority
 * (RabbitMQ, "Consumer Priorities": lower ones receive only while no higher one can take a message). One that has no
 * room or no credit stands in no list, so that a queue with ten thousand of them looks at none.
 */
export class Subscribers {
  /** All of them, in the order in which they came; but the active one first, where only one may receive. */
  readonly all: Subscriber[] = [];
  /** True if only the first of them may receive (RabbitMQ, "Single Active Consumer"). */
  readonly #single: boolean;
  /** Those that are ready, by priority, the highest first. */
  readonly #levels: { priority: number; ready: Subscriber[]; turn: number }[] = [];

  constructor(single: boolean) {
    this.#single = single;
  }

  add(subscriber: Subscriber): void {
    this.all.push(subscriber);
    subscriber.attached = true;
    if (subscriber.mayReceive) this.ready(subscriber);
  }

  remove(subscriber: Subscriber): void {
    const index = this.all.indexOf(subscriber);
    if (index < 0) return;
    this.all.splice(index, 1);
    subscriber.attached = false;
    this.notReady(subscriber);
    if (this.#single && index === 0 && this.all.length > 0) this.#promote();
  }

  /** Another one becomes active: the oldest of the highest priority (RabbitMQ, `rabbit_queue_consumers:get_consumer/1`). */
  #promote(): void {
    let next = 0;
    for (let i = 1; i < this.all.length; i++) if (this.all[i]!.priority > this.all[next]!.priority) next = i;
    const [active] = this.all.splice(next, 1);
    this.all.unshift(active!);
    if (active!.mayReceive) this.ready(active!);
  }

  ready(subscriber: Subscriber): void {
    if (subscriber.listed || !subscriber.attached || (this.#single && this.all[0] !== subscriber)) return;
    subscriber.listed = true;
    this.#level(subscriber.priority).ready.push(subscriber);
  }

  notReady(subscriber: Subscriber): void {
    if (!subscriber.listed) return;
    subscriber.listed = false;
    const level = this.#level(subscriber.priority);
    const index = level.ready.indexOf(subscriber);
    level.ready.splice(index, 1);
    if (index < level.turn) level.turn--;
    if (level.ready.length === 0) this.#levels.splice(this.#levels.indexOf(level), 1);
  }

  /** True if exactly one is ready. */
  get areOne(): boolean {
    return this.#levels.length === 1 && this.#levels[0]!.ready.length === 1;
  }

  /** Whose turn it is; undefined if nobody is ready. */
  next(): Subscriber | undefined {
    const level = this.#levels[0];
    if (level === undefined) return undefined;
    if (level.turn >= level.ready.length) level.turn = 0;
    return level.ready[level.turn++];
  }

  #level(priority: number): { priority: number; ready: Subscriber[]; turn: number } {
    let index = 0;
    while (index < this.#levels.length && this.#levels[index]!.priority > priority) index++;
    const existing = this.#levels[index];
    if (existing?.priority === priority) return existing;
    const level = { priority, ready: [], turn: 0 };
    this.#levels.splice(index, 0, level);
    return level;
  }
}
