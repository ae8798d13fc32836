import type { Headers } from './exchange-type.js';
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
  /** Valid while `version` equals the topology's. */
  queues: readonly Q[] = NO_QUEUES;

  constructor(exchange: string, key: string) {
    this.exchange = exchange;
    this.key = key;
  }

  /** Makes this the route of another address: a table of routes that is full reuses them. */
  readdress(exchange: string, key: string): void {
    this.exchange = exchange;
    this.key = key;
    this.version = UNRESOLVED;
    this.queues = NO_QUEUES;
  }

  /**
   * The queues for a message: those known, unless the topology changed or the message's headers decide.
   *
   * @throws NotFoundError, AccessRefusedError, RoutingKeyTooLongError as `Topology.route`
   */
  resolve(topology: Topology<Q>, readHeaders: () => Headers | undefined): readonly Q[] {
    if (this.version === topology.version) return this.queues;
    this.version = UNRESOLVED;
    this.queues = NO_QUEUES;
    const { queues, headerDependent } = topology.route(this.exchange, this.key, readHeaders);
    if (headerDependent) return queues;
    this.version = topology.version;
    this.queues = queues;
    return queues;
  }
}
