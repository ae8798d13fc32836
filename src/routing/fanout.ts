import { DenseSet } from './dense-set.js';
import type { BindingTerms, ExchangeType, Matcher, RoutingProperties } from './exchange-type.js';

/** Routes to every binding, whatever the routing key (AMQP 0-9-1, 3.1.3.2). */
export const fanout: ExchangeType = {
  name: 'fanout',
  createMatcher: <B extends BindingTerms>(): Matcher<B> => new FanoutMatcher<B>(),
};

class FanoutMatcher<B extends BindingTerms> implements Matcher<B> {
  readonly readsProperties = false;
  readonly #bindings = new DenseSet<B>();

  add(binding: B): void {
    this.#bindings.add(binding);
  }

  remove(binding: B): void {
    this.#bindings.delete(binding);
  }

  match(_key: string, _properties: RoutingProperties | undefined, matched: B[]): void {
    for (const binding of this.#bindings.members) matched.push(binding);
  }
}
