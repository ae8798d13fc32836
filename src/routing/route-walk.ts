import type { RoutingProperties } from './exchange-type.js';
import type { Binding, Destination, Exchange } from './graph.js';

/** Where a message goes. */
export interface Destinations<Q> {
  /** Each queue once, in no particular order. */
  readonly queues: readonly Q[];
  /** The exchanges that hold the message; it did not go beyond them. */
  readonly delayed: readonly Hold[];
  /** True if the outcome depended on the message's properties, so that it may not be cached under (exchange, key). */
  readonly propertyDependent: boolean;
}

/** A message is to stay at an exchange, and to be routed from there afterwards. */
export interface Hold {
  readonly exchange: string;
  readonly milliseconds: number;
  /** With which it is routed then; undefined: the one it came with. Messages with carbon copies have several. */
  readonly key?: string;
}

export const NO_HOLDS: readonly Hold[] = Object.freeze([]);

/** Where a message goes whose exchange is gone. */
export const NOWHERE: Destinations<never> = Object.freeze({
  queues: Object.freeze([]),
  delayed: NO_HOLDS,
  propertyDependent: false,
});

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

  /**
   * @param readProperties called at most once, and only if an exchange on the way asks for properties
   * @param released true if an exchange held the message before: then none holds it again
   */
  from(
    start: Exchange<Q>,
    key: string,
    readProperties: () => RoutingProperties | undefined,
    released: boolean,
  ): Destinations<Q> {
    const walk = ++this.#walks;
    const queues: Q[] = [];
    const exchanges: Exchange<Q>[] = [start];
    start.reachedBy = walk;
    let propertyDependent = false;
    let properties: RoutingProperties | undefined;
    let delayed: Hold[] | undefined;

    const reach = (destination: Destination<Q>): void => {
      if (destination.reachedBy === walk) return;
      destination.reachedBy = walk;
      if (destination.kind === 'queue') queues.push(destination.queue);
      else exchanges.push(destination);
    };

    // The list grows while it is read.
    for (const exchange of exchanges) {
      const { matcher, declaration } = exchange;
      const delayOf = released ? undefined : declaration.type.delayOf;
      if (!propertyDependent && (matcher.readsProperties || delayOf !== undefined)) {
        propertyDependent = true;
        properties = readProperties();
      }
      const milliseconds = delayOf === undefined ? 0 : delayOf(properties);
      if (milliseconds > 0) {
        // Also the alternate has to wait. RabbitMQ sends it the message at once, which its plugin counts as a fault:
        // https://github.com/rabbitmq/rabbitmq-delayed-message-exchange/issues/36.
        delayed ??= [];
        delayed.push({ exchange: exchange.name, milliseconds });
        continue;
      }

      const matched: Binding<Q>[] = [];
      matcher.match(key, properties, matched);
      for (const binding of matched) reach(binding.destination);

      // The alternate counts when this exchange has no binding that matches. Whether the exchanges behind its
      // bindings find a queue makes no difference (`process_alternate` in `rabbit_exchange`).
      if (matched.length === 0 && declaration.alternateExchange !== undefined) {
        const alternate = this.#exchanges.get(declaration.alternateExchange);
        if (alternate !== undefined) reach(alternate);
      }
    }
    return { queues, delayed: delayed ?? NO_HOLDS, propertyDependent };
  }
}
