import { PreconditionFailedError } from '../errors.js';
import { type Arguments, type Comparable, comparable } from './arguments.js';
import { DenseSet, type Placed } from './dense-set.js';
import type { BindingTerms, ExchangeType, Headers, Matcher, RoutingProperties } from './exchange-type.js';

/**
 * Routes by the message's headers (AMQP 0-9-1, 3.1.3.4; RabbitMQ, `rabbit_exchange_type_headers`). The binding's
 * argument `x-match` says how its other arguments are held against them:
 *
 * - `all` (also if there is no `x-match`): every argument is there; a binding without arguments matches everything;
 * - `any`: at least one is there; a binding without arguments matches nothing;
 * - `all-with-x`, `any-with-x`: the same, but arguments whose name begins with "x-" count too.
 *
 * A null argument asks that the header be present, whatever its value. Values compare as `comparable` says.
 */
export const headers: ExchangeType = {
  name: 'headers',
  createMatcher: <B extends BindingTerms>(): Matcher<B> => new HeadersMatcher<B>(),
};

const MATCH_KINDS = ['all', 'any', 'all-with-x', 'any-with-x'];

/** The header `name` is present and, unless `value` is undefined, has that value. */
interface Condition {
  readonly name: string;
  readonly value: Comparable | undefined;
}

/** Conditions that must all hold for the binding to match. `any` makes one rule of each of its conditions. */
class Rule<B> implements Placed {
  place = 0;
  readonly binding: B;
  readonly conditions: readonly Condition[];
  /** The condition under which the rule is indexed; undefined for the rule without conditions. */
  indexedBy: Condition | undefined;

  constructor(binding: B, conditions: readonly Condition[]) {
    this.binding = binding;
    this.conditions = conditions;
  }
}

/** The rules indexed under a header's name: by the value they ask for, or under its presence alone. */
class NameIndex<B> {
  readonly present = new DenseSet<Rule<B>>();
  readonly byValue = new Map<Comparable, DenseSet<Rule<B>>>();
}

/**
 * Each rule is indexed under one of its conditions, that which fewest rules are indexed under. So a message visits,
 * for each of its headers, only the rules for which that header already fulfils one condition.
 */
class HeadersMatcher<B extends BindingTerms> implements Matcher<B> {
  readonly #rules = new Map<B, Rule<B>[]>();
  readonly #unconditional = new DenseSet<Rule<B>>();
  readonly #byName = new Map<string, NameIndex<B>>();

  get readsProperties(): boolean {
    return this.#byName.size > 0;
  }

  add(binding: B): void {
    const rules = rulesOf(binding);
    this.#rules.set(binding, rules);
    for (const rule of rules) this.#index(rule);
  }

  remove(binding: B): void {
    for (const rule of this.#rules.get(binding)!) this.#unindex(rule);
    this.#rules.delete(binding);
  }

  match(_key: string, properties: RoutingProperties | undefined, matched: B[]): void {
    for (const rule of this.#unconditional.members) matched.push(rule.binding);
    if (this.#byName.size === 0) return;
    const messageHeaders = properties?.headers;
    if (messageHeaders === undefined) return;

    for (const name of Object.keys(messageHeaders)) {
      const index = this.#byName.get(name);
      const value = messageHeaders[name];
      if (index === undefined || value === undefined) continue;
      collect(index.present, messageHeaders, matched);
      if (index.byValue.size === 0) continue;
      const rules = index.byValue.get(comparable(value));
      if (rules !== undefined) collect(rules, messageHeaders, matched);
    }
  }

  #index(rule: Rule<B>): void {
    if (rule.conditions.length === 0) {
      this.#unconditional.add(rule);
      return;
    }
    const condition = this.#mostSelective(rule.conditions);
    rule.indexedBy = condition;

    let index = this.#byName.get(condition.name);
    if (index === undefined) {
      index = new NameIndex();
      this.#byName.set(condition.name, index);
    }
    if (condition.value === undefined) {
      index.present.add(rule);
      return;
    }
    let rules = index.byValue.get(condition.value);
    if (rules === undefined) {
      rules = new DenseSet();
      index.byValue.set(condition.value, rules);
    }
    rules.add(rule);
  }

  #unindex(rule: Rule<B>): void {
    if (rule.indexedBy === undefined) {
      this.#unconditional.delete(rule);
      return;
    }
    const { name, value } = rule.indexedBy;
    const index = this.#byName.get(name)!;
    if (value === undefined) {
      index.present.delete(rule);
    } else {
      const rules = index.byValue.get(value)!;
      rules.delete(rule);
      if (rules.size === 0) index.byValue.delete(value);
    }
    if (index.present.size === 0 && index.byValue.size === 0) this.#byName.delete(name);
  }

  /** The condition under which the fewest rules are indexed; presence alone only if no condition asks for a value. */
  #mostSelective(conditions: readonly Condition[]): Condition {
    let best = conditions[0]!;
    let fewest = Number.POSITIVE_INFINITY;
    for (const condition of conditions) {
      if (condition.value === undefined) continue;
      const size = this.#byName.get(condition.name)?.byValue.get(condition.value)?.size ?? 0;
      if (size < fewest) {
        best = condition;
        fewest = size;
      }
    }
    return best;
  }
}

/** Appends the bindings of those rules, indexed under a condition that holds, whose other conditions hold too. */
function collect<B>(rules: DenseSet<Rule<B>>, messageHeaders: Headers, matched: B[]): void {
  for (const rule of rules.members) {
    if (
      rule.conditions.length === 1 ||
      rule.conditions.every(condition => holds(condition, messageHeaders))
    ) {
      matched.push(rule.binding);
    }
  }
}

function holds(condition: Condition, messageHeaders: Headers): boolean {
  if (!Object.hasOwn(messageHeaders, condition.name)) return false;
  const value = messageHeaders[condition.name];
  if (value === undefined) return false;
  return condition.value === undefined || comparable(value) === condition.value;
}

function rulesOf<B extends BindingTerms>(binding: B): Rule<B>[] {
  const kind = matchKind(binding.arguments);
  const conditions: Condition[] = [];
  for (const [name, value] of Object.entries(binding.arguments)) {
    if (value === undefined || name === 'x-match' || (name.startsWith('x-') && !kind.endsWith('-with-x')))
      continue;
    conditions.push({ name, value: value === null ? undefined : comparable(value) });
  }
  if (kind.startsWith('all')) return [new Rule(binding, conditions)];
  return conditions.map(condition => new Rule(binding, [condition]));
}

function matchKind(bindingArguments: Arguments): string {
  const kind = bindingArguments['x-match'];
  if (kind === undefined) return 'all';
  if (typeof kind === 'string' && MATCH_KINDS.includes(kind)) return kind;
  throw new PreconditionFailedError(
    `The binding's argument x-match is ${JSON.stringify(String(kind))} (${typeof kind}); ` +
      `expected one of the strings ${MATCH_KINDS.join(', ')}. Nothing was bound.`,
  );
}
