/**
 * What a topology consists of: exchanges, queues, and the bindings between them.
 *
 *     Exchange ──outgoing──▶ Binding ──destination──▶ QueueNode or Exchange
 *        ▲                     │  ▲                       │
 *        └───────source────────┘  └───────incoming────────┘
 *
 * A binding is in `outgoing` of its source, in the source's matcher, and in `incoming` of its destination: in all
 * three or in none.
 */
import type { Arguments } from './arguments.js';
import type { Declaration } from './declaration.js';
import type { BindingTerms, Matcher } from './exchange-type.js';
import type { RoutingTarget } from './routing-target.js';

export type Destination<Q> = QueueNode<Q> | Exchange<Q>;

export function destinationName(destination: Destination<RoutingTarget>): string {
  return destination.kind === 'queue' ? destination.queue.name : destination.name;
}

export class QueueNode<Q> {
  readonly kind = 'queue';
  readonly queue: Q;
  readonly incoming = new Set<Binding<Q>>();
  /** The walk that reached it last; see `RouteWalk`. */
  reachedBy = 0;

  constructor(queue: Q) {
    this.queue = queue;
  }
}

export class Exchange<Q> {
  readonly kind = 'exchange';
  readonly name: string;
  readonly declaration: Declaration;
  readonly matcher: Matcher<Binding<Q>>;
  readonly incoming = new Set<Binding<Q>>();
  /** By `Binding.identity`. */
  readonly outgoing = new Map<string, Binding<Q>>();
  /** The walk that reached it last; see `RouteWalk`. */
  reachedBy = 0;

  constructor(name: string, declaration: Declaration) {
    this.name = name;
    this.declaration = declaration;
    this.matcher = declaration.type.createMatcher(declaration.arguments);
  }
}

export class Binding<Q> implements BindingTerms {
  readonly source: Exchange<Q>;
  readonly destination: Destination<Q>;
  readonly key: string;
  readonly arguments: Arguments;
  /** What it is called among the bindings of its source. */
  readonly identity: string;
  place = 0;

  constructor(
    source: Exchange<Q>,
    destination: Destination<Q>,
    key: string,
    bindingArguments: Arguments,
    identity: string,
  ) {
    this.source = source;
    this.destination = destination;
    this.key = key;
    this.arguments = bindingArguments;
    this.identity = identity;
  }

  /**
   * Puts the binding into the three places where it belongs.
   * @throws PreconditionFailedError if the exchange's type refuses its arguments; nothing was changed.
   */
  attach(): void {
    this.source.matcher.add(this);
    this.source.outgoing.set(this.identity, this);
    this.destination.incoming.add(this);
  }

  detach(): void {
    this.source.matcher.remove(this);
    this.source.outgoing.delete(this.identity);
    this.destination.incoming.delete(this);
  }
}
