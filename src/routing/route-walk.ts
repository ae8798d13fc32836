import type { Headers } from './exchange-type.js';
import type { Binding, Destination, Exchange } from './graph.js';

/** Where a message goes. */
export interface Destinations<Q> {
  /** Each queue once, in no particular order. */
  readonly queues: readonly Q[];
  /** True if the outcome depended on the message's headers, so that it may not be cached under (exchange, key). */
  readonly headerDependent: boolean;
}

/**
 * Follows a message from exchange to exchange, as RabbitMQ's `rabbit_exchange:route/3` does: every exchange is
 * visited once however many ways lead to it, so cycles end, and every queue is found once.
 *
 * Instead of a set of what was seen, each exchange and queue carries the number of the walk that reached it last.
 */
export class RouteWalk<Q> {
  readonly #exchanges: ReadonlyMap<string, Exchange<Q>>;
  #walks = 0;

  constructor(exchanges: ReadonlyMap<string, Exchange<Q>>) {
    this.#exchanges = exchanges;
  }

  /** @param readHeaders called at most once, and only if an exchange on the way asks for headers */
  from(start: Exchange<Q>, key: string, readHeaders: () => Headers | undefined): Destinations<Q> {
    const walk = ++this.#walks;
    const queues: Q[] = [];
    const exchanges: Exchange<Q>[] = [start];
    start.reachedBy = walk;
    let headerDependent = false;
    let headers: Headers | undefined;

    const reach = (destination: Destination<Q>): void => {
      if (destination.reachedBy === walk) return;
      destination.reachedBy = walk;
      if (destination.kind === 'queue') queues.push(destination.queue);
      else exchanges.push(destination);
    };

    // The list grows while it is read.
    for (const exchange of exchanges) {
      const matcher = exchange.matcher;
      if (matcher.readsHeaders && !headerDependent) {
        headerDependent = true;
        headers = readHeaders();
      }
      const matched: Binding<Q>[] = [];
      matcher.match(key, headers, matched);
      for (const binding of matched) reach(binding.destination);

      // The alternate counts when this exchange has no binding that matches. Whether the exchanges behind its
      // bindings find a queue makes no difference (`process_alternate` in `rabbit_exchange`).
      const alternateName = exchange.declaration.alternateExchange;
      if (matched.length === 0 && alternateName !== undefined) {
        const alternate = this.#exchanges.get(alternateName);
        if (alternate !== undefined) reach(alternate);
      }
    }
    return { queues, headerDependent };
  }
}
