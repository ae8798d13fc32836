/** Anything messages can be routed to; the router's queue object implements it. */
export interface RoutingTarget {
  readonly name: string;
}
