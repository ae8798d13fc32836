import type { Arguments } from './arguments.js';
import type { Placed } from './dense-set.js';

/** The headers of a message, decoded. */
export type Headers = Arguments;

/**
 * What an exchange may ask of a message. A property that is undefined is not there. They may be getters that decode
 * when asked: a matcher asks for what it needs, once a message.
 */
export interface RoutingProperties {
  readonly headers?: Headers | undefined;
  readonly messageId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Seconds since 1970. */
  readonly timestamp?: number | undefined;
}

/** What a matcher knows of a binding. `place` is the matcher's to use: it keeps each binding in a `DenseSet`. */
export interface BindingTerms extends Placed {
  readonly key: string;
  readonly arguments: Arguments;
  /** What it leads to; the same object for two bindings that lead to the same. */
  readonly destination: object;
}

/** The bindings of one exchange, kept so that those which match a message are found quickly. */
export interface Matcher<B extends BindingTerms> {
  /** True if a match depends on the message's properties now: then they are decoded, and no route is cached. */
  readonly readsProperties: boolean;

  /**
   * Adds a binding that is not there yet.
   * @throws PreconditionFailedError if the binding's key or arguments make no sense for this type; nothing was changed.
   */
  add(binding: B): void;

  /** Removes a binding that was added. */
  remove(binding: B): void;

  /**
   * Appends the bindings that match to `matched`. A binding may be appended twice.
   * @param properties undefined if the message has none, or possibly if `readsProperties` is false
   */
  match(key: string, properties: RoutingProperties | undefined, matched: B[]): void;
}

/** A kind of exchange. To add one: write it in a file of its own and list it in `exchange-types.ts`. */
export interface ExchangeType {
  /** What a declaration calls it: `direct`, `topic`, … */
  readonly name: string;

  /**
   * Makes the matcher of a new exchange, without bindings.
   * @throws PreconditionFailedError if the exchange's arguments make no sense for this type.
   */
  createMatcher<B extends BindingTerms>(exchangeArguments: Arguments): Matcher<B>;

  /**
   * For types that hold messages: the milliseconds for which they hold this one before they match it, 0 for not at
   * all.
   */
  readonly delayOf?: (properties: RoutingProperties | undefined) => number;
}
