import type { Arguments } from './arguments.js';
import { type Destination, destinationName, type Exchange } from './graph.js';
import type { RoutingTarget } from './routing-target.js';

/** An exchange, for introspection. */
export interface ExchangeListing {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly alternateExchange: string | undefined;
  readonly arguments: Arguments;
}

/** A binding, for introspection. */
export interface BindingListing {
  readonly source: string;
  readonly destination: string;
  readonly destinationKind: Destination<unknown>['kind'];
  readonly key: string;
  readonly arguments: Arguments;
}

export function listExchange({ name, declaration }: Exchange<unknown>): ExchangeListing {
  return { ...declaration, name, type: declaration.type.name };
}

export function* listBindings(source: Exchange<RoutingTarget>): Generator<BindingListing> {
  for (const { destination, key, arguments: bindingArguments } of source.outgoing.values()) {
    yield {
      source: source.name,
      destination: destinationName(destination),
      destinationKind: destination.kind,
      key,
      arguments: bindingArguments,
    };
  }
}
