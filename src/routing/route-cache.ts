import type { RoutingProperties } from './exchange-type.js';
import { type Hold, NO_HOLDS } from './route-walk.js';
import type { RoutingTarget } from './routing-target.js';
import type { Topology } from './topology.js';

/** No topology has this version. */
const UNRESOLVED = 0;
const NO_QUEUES: readonly never[] = Object.freeze([]);

/** A message's address, with the queues it leads to for as long as the topology stands. */
export class Route<Q extends RoutingTarget> {
  exchange: string;
  key: string;
  /** The version of the topology that `queues` belongs to; 0 if there is none. */
  version = UNRESOLVED;
  /** The version of the topology in which the message's properties decide. */
  dependentIn = UNRESOLVED;
  /** Valid while `version` equals the topology's. */
  queues: readonly Q[] = NO_QUEUES;
  /** Where the message resolved last is held; `Topology.routeReleased` goes on from there. Empty for a known route. */
  delayed: readonly Hold[] = NO_HOLDS;

  constructor(exchange: string, key: string) {
    this.exchange = exchange;
    this.key = key;
  }

  /** Makes this the route of another address: a table of routes that is full reuses them. */
  readdress(exchange: string, key: string): void {
    this.exchange = exchange;
    this.key = key;
    this.version = UNRESOLVED;
    this.dependentIn = UNRESOLVED;
    this.queues = NO_QUEUES;
  }

  /**
   * The queues for a message: those known, unless the topology changed or the message's properties decide. `delayed`
   * has the exchanges that hold it.
   *
   * @throws NotFoundError, AccessRefusedError, RoutingKeyTooLongError as `Topology.route`
   */
  resolve(topology: Topology<Q>, readProperties: () => RoutingProperties | undefined): readonly Q[] {
    if (this.version === topology.version) return this.queues;
    this.version = UNRESOLVED;
    this.queues = NO_QUEUES;
    this.delayed = NO_HOLDS;
    const { queues, delayed, propertyDependent } = topology.route(this.exchange, this.key, readProperties);
    this.delayed = delayed;
    if (propertyDependent) {
      this.dependentIn = topology.version;
      return queues;
    }
    this.version = topology.version;
    this.queues = queues;
    return queues;
  }
}
