import { DenseSet } from './dense-set.js';
import type { BindingTerms, ExchangeType, Matcher, RoutingProperties } from './exchange-type.js';

/** Routes to the bindings whose key equals the routing key (AMQP 0-9-1, 3.1.3.1). */
export const direct: ExchangeType = {
  name: 'direct',
  createMatcher: <B extends BindingTerms>(): Matcher<B> => new DirectMatcher<B>(),
};

class DirectMatcher<B extends BindingTerms> implements Matcher<B> {
  readonly readsProperties = false;
  readonly #byKey = new Map<string, DenseSet<B>>();

  add(binding: B): void {
    let bindings = this.#byKey.get(binding.key);
    if (bindings === undefined) {
      bindings = new DenseSet();
      this.#byKey.set(binding.key, bindings);
    }
    bindings.add(binding);
  }

  remove(binding: B): void {
    const bindings = this.#byKey.get(binding.key)!;
    bindings.delete(binding);
    if (bindings.size === 0) this.#byKey.delete(binding.key);
  }

  match(key: string, _properties: RoutingProperties | undefined, matched: B[]): void {
    const bindings = this.#byKey.get(key);
    if (bindings !== undefined) for (const binding of bindings.members) matched.push(binding);
  }
}
