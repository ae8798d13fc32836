import { AccessRefusedError, NotFoundError, PreconditionFailedError } from '../errors.js';
import { type Arguments, identity, NO_ARGUMENTS } from './arguments.js';
import { checkEquivalent, declaration, type ExchangeOptions } from './declaration.js';
import type { RoutingProperties } from './exchange-type.js';
import { Binding, type Destination, destinationName, Exchange, QueueNode } from './graph.js';
import { type BindingListing, type ExchangeListing, listBindings, listExchange } from './listing.js';
import { checkNotDefault, DEFAULT_EXCHANGE, isReserved, PREDECLARED } from './predeclared.js';
import { type Destinations, NOWHERE, RouteWalk } from './route-walk.js';
import type { RoutingTarget } from './routing-target.js';
import { checkExchangeName, checkRoutingKey } from './short-string.js';

/**
 * The exchanges, queues and bindings of a broker, and the way of a message through them. RabbitMQ's behaviour
 * settles what a message or an operation does; where its documentation is silent, its source does.
 *
 * Whatever throws has changed nothing.
 */
export class Topology<Q extends RoutingTarget> {
  readonly #exchanges = new Map<string, Exchange<Q>>();
  readonly #queues = new Map<string, QueueNode<Q>>();
  readonly #walk = new RouteWalk<Q>(this.#exchanges);
  readonly #defaultExchange: Exchange<Q>;
  #version = 1;

  constructor() {
    for (const [name, type] of PREDECLARED) {
      this.#exchanges.set(name, new Exchange(name, declaration(type, { durable: true })));
    }
    this.#defaultExchange = this.#exchange(DEFAULT_EXCHANGE);
  }

  /** Grows with every change that may alter a route; a resolved route is valid while it stands. At least 1. */
  get version(): number {
    return this.#version;
  }

  /**
   * Declares an exchange. Does nothing if it exists and is equal in type, durable, autoDelete, internal and
   * alternate exchange.
   *
   * @throws InvalidArgumentError if the type is unknown, or the name is longer than 255 bytes
   * @throws PreconditionFailedError if it exists and differs; the message names the field and both values. Or if the
   * type refuses the arguments
   * @throws AccessRefusedError for the default exchange, and for a new name that begins with "amq."
   */
  declareExchange(name: string, type: string, options: ExchangeOptions = {}): void {
    checkNotDefault(name);
    checkExchangeName(name);
    const requested = declaration(type, options);
    const existing = this.#exchanges.get(name);
    if (existing !== undefined) {
      checkEquivalent(name, existing.declaration, requested);
      return;
    }
    // After the look-up: a predeclared exchange may be declared again (RabbitMQ, `check_name`).
    if (isReserved(name)) {
      throw new AccessRefusedError(
        `'${name}' begins with 'amq.', which is kept for the broker's own exchanges. Choose another name.`,
      );
    }
    this.#exchanges.set(name, new Exchange(name, requested));
    this.#version++;
  }

  /**
   * Asks whether an exchange exists (AMQP's passive declare).
   *
   * @throws NotFoundError if it does not
   * @throws AccessRefusedError for the default exchange, as RabbitMQ
   */
  checkExchange(name: string): void {
    checkNotDefault(name);
    this.#exchange(name);
  }

  /**
   * Deletes an exchange, its bindings, and the bindings to it. Does nothing if there is none (RabbitMQ,
   * `ensure_deleted`).
   *
   * @param options.ifUnused only if no queue and no exchange is bound to it
   * @throws AccessRefusedError for the default exchange and every name that begins with "amq."
   * @throws PreconditionFailedError if `ifUnused` and something is bound to it
   */
  deleteExchange(name: string, options: { ifUnused?: boolean | undefined } = {}): void {
    checkNotDefault(name);
    if (isReserved(name)) {
      throw new AccessRefusedError(`'${name}' belongs to the broker and cannot be deleted.`);
    }
    const exchange = this.#exchanges.get(name);
    if (exchange === undefined) return;
    if (options.ifUnused && exchange.outgoing.size > 0) {
      throw new PreconditionFailedError(
        `Exchange '${name}' is in use: it has ${exchange.outgoing.size} bindings. ` +
          'Unbind them first, or delete it without ifUnused.',
      );
    }
    this.#removeExchange(exchange);
  }

  /**
   * Adds a queue and binds it to the default exchange under its name.
   *
   * @throws PreconditionFailedError if another queue has this name; adding the same object again does nothing.
   */
  addQueue(queue: Q): void {
    const existing = this.#queues.get(queue.name);
    if (existing?.queue === queue) return;
    if (existing !== undefined) {
      throw new PreconditionFailedError(`There is a queue '${queue.name}' already. Remove it first.`);
    }
    const node = new QueueNode(queue);
    this.#queues.set(queue.name, node);
    this.#bind(this.#defaultExchange, node, queue.name, NO_ARGUMENTS);
    this.#version++;
  }

  /** Removes a queue and the bindings to it; exchanges that this leaves unused go if they are autoDelete. */
  removeQueue(name: string): void {
    const node = this.#queues.get(name);
    if (node === undefined) return;
    this.#queues.delete(name);
    for (const binding of node.incoming) this.#unbind(binding);
    this.#version++;
  }

  /** The queue with this name, if there is one. */
  queue(name: string): Q | undefined {
    return this.#queues.get(name)?.queue;
  }

  /**
   * Binds a queue to an exchange. A binding is known by queue, exchange, key and the values of its arguments:
   * binding again does nothing.
   *
   * @throws AccessRefusedError for the default exchange
   * @throws NotFoundError if there is no such queue or exchange
   * @throws RoutingKeyTooLongError above 255 bytes
   * @throws PreconditionFailedError if the exchange's type refuses the key (a weight) or the arguments (`x-match`)
   */
  bindQueue(queue: string, exchange: string, key: string, bindingArguments: Arguments = NO_ARGUMENTS): void {
    checkNotDefault(exchange);
    checkRoutingKey(key);
    const source = this.#exchange(exchange);
    const destination = this.#queues.get(queue);
    if (destination === undefined) {
      throw new NotFoundError(
        `There is no queue '${queue}' to bind to exchange '${exchange}'. Declare it first.`,
      );
    }
    if (this.#bind(source, destination, key, bindingArguments)) this.#version++;
  }

  /**
   * Removes a binding of `bindQueue`. Does nothing if the binding, the queue or the exchange does not exist
   * (RabbitMQ, `rabbit_binding:remove/3`).
   *
   * @throws AccessRefusedError for the default exchange
   */
  unbindQueue(
    queue: string,
    exchange: string,
    key: string,
    bindingArguments: Arguments = NO_ARGUMENTS,
  ): void {
    checkNotDefault(exchange);
    this.#unbindIfBound(exchange, this.#queues.get(queue), key, bindingArguments);
  }

  /**
   * Binds one exchange to another: what `source` routes by this binding goes on to `destination` (RabbitMQ,
   * "Exchange to Exchange Bindings"). Cycles, and an exchange bound to itself, do no harm.
   *
   * @throws AccessRefusedError if either is the default exchange
   * @throws NotFoundError if there is no such exchange
   * @throws RoutingKeyTooLongError above 255 bytes
   * @throws PreconditionFailedError if the source's type refuses the key (a weight) or the arguments (`x-match`)
   */
  bindExchange(
    destination: string,
    source: string,
    key: string,
    bindingArguments: Arguments = NO_ARGUMENTS,
  ): void {
    checkNotDefault(destination);
    checkNotDefault(source);
    checkRoutingKey(key);
    if (this.#bind(this.#exchange(source), this.#exchange(destination), key, bindingArguments))
      this.#version++;
  }

  /**
   * Removes a binding of `bindExchange`. Does nothing if the binding or an exchange does not exist.
   *
   * @throws AccessRefusedError if either is the default exchange
   */
  unbindExchange(
    destination: string,
    source: string,
    key: string,
    bindingArguments: Arguments = NO_ARGUMENTS,
  ): void {
    checkNotDefault(destination);
    checkNotDefault(source);
    this.#unbindIfBound(source, this.#exchanges.get(destination), key, bindingArguments);
  }

  /**
   * Finds the queues for a message that is published to an exchange.
   *
   * @param readProperties gives what exchanges route by; called at most once, and only if the outcome depends on it
   * @throws NotFoundError if there is no such exchange
   * @throws AccessRefusedError if the exchange is internal
   * @throws RoutingKeyTooLongError above 255 bytes
   */
  route(exchange: string, key: string, readProperties: () => RoutingProperties | undefined): Destinations<Q> {
    checkRoutingKey(key);
    const start = this.#exchange(exchange);
    if (start.declaration.internal) {
      throw new AccessRefusedError(
        `Exchange '${exchange}' is internal: only exchanges bound to it may publish to it. Publish to one of those.`,
      );
    }
    return this.#walk.from(start, key, readProperties, false);
  }

  /**
   * Finds the queues for a message whose delay at an exchange is over: from there on, and no exchange holds it again
   * (as in RabbitMQ's plugin, which negates the header: `swap_delay_header` in `rabbit_delayed_message_utils`). None
   * if the exchange was deleted meanwhile.
   *
   * @param exchange the one named by the `Hold`; it may be internal
   * @param readProperties as in `route`
   */
  routeReleased(
    exchange: string,
    key: string,
    readProperties: () => RoutingProperties | undefined,
  ): Destinations<Q> {
    const start = this.#exchanges.get(exchange);
    return start === undefined ? NOWHERE : this.#walk.from(start, key, readProperties, true);
  }

  /**
   * Finds the queues for a message that goes to a dead-letter exchange. It may be internal, and if there is none the
   * message goes nowhere (`rabbit_dead_letter:publish`).
   *
   * @param readProperties as in `route`
   */
  routeDeadLetter(
    exchange: string,
    key: string,
    readProperties: () => RoutingProperties | undefined,
  ): Destinations<Q> {
    const start = this.#exchanges.get(exchange);
    return start === undefined ? NOWHERE : this.#walk.from(start, key, readProperties, false);
  }

  /** True for the exchanges that every broker has. */
  isPredeclared(name: string): boolean {
    return PREDECLARED.some(([predeclared]) => predeclared === name);
  }

  /** All exchanges, the predeclared ones first. */
  *exchanges(): Generator<ExchangeListing> {
    for (const exchange of this.#exchanges.values()) yield listExchange(exchange);
  }

  /** All bindings, those of the default exchange included, as in RabbitMQ's `list_bindings`. */
  *bindings(): Generator<BindingListing> {
    for (const exchange of this.#exchanges.values()) yield* listBindings(exchange);
  }

  #exchange(name: string): Exchange<Q> {
    const exchange = this.#exchanges.get(name);
    if (exchange === undefined) throw new NotFoundError(`There is no exchange '${name}'. Declare it first.`);
    return exchange;
  }

  /** False if the binding exists already. */
  #bind(source: Exchange<Q>, destination: Destination<Q>, key: string, bindingArguments: Arguments): boolean {
    const bindingIdentity = identityOf(destination, key, bindingArguments);
    if (source.outgoing.has(bindingIdentity)) return false;
    new Binding(source, destination, key, bindingArguments, bindingIdentity).attach();
    return true;
  }

  #unbindIfBound(
    sourceName: string,
    destination: Destination<Q> | undefined,
    key: string,
    bindingArguments: Arguments,
  ): void {
    const source = this.#exchanges.get(sourceName);
    if (source === undefined || destination === undefined) return;
    const binding = source.outgoing.get(identityOf(destination, key, bindingArguments));
    if (binding === undefined) return;
    this.#unbind(binding);
    this.#version++;
  }

  #unbind(binding: Binding<Q>): void {
    binding.detach();
    if (isDone(binding.source)) this.#removeExchange(binding.source);
  }

  /** Removes an exchange, then the autoDelete exchanges that lost their last binding by that, and so on. */
  #removeExchange(first: Exchange<Q>): void {
    const removed = [first];
    this.#exchanges.delete(first.name);
    // A list and no recursion: a chain of ten thousand autoDelete exchanges would exhaust the stack.
    for (const exchange of removed) {
      for (const binding of exchange.outgoing.values()) binding.detach();
      for (const binding of exchange.incoming) {
        binding.detach();
        const source = binding.source;
        if (isDone(source) && this.#exchanges.delete(source.name)) removed.push(source);
      }
    }
    this.#version++;
  }
}

/** True for an autoDelete exchange that has just lost its last binding. */
function isDone(exchange: Exchange<unknown>): boolean {
  return exchange.declaration.autoDelete && exchange.outgoing.size === 0;
}

/** A text that is the same for two bindings of an exchange exactly if they are the same binding. */
function identityOf(
  destination: Destination<RoutingTarget>,
  key: string,
  bindingArguments: Arguments,
): string {
  const name = destinationName(destination);
  return `${destination.kind}${name.length}:${name}${key.length}:${key}${identity(bindingArguments)}`;
}
