/** What one process measured of a step, in nanoseconds a unit of its suite. */
export interface Figure {
  readonly name: string;
  readonly median: number;
  readonly p99: number;
  readonly samples: number;
}

/** Steps that are measured side by side. */
export interface Suite {
  readonly title: string;
  /** What the nanoseconds are taken for: one message, one frame, … */
  readonly unit: string;
  readonly steps: readonly string[];
  /**
   * Measures one step. In a process of its own: in V8, code that has met several queues is slower than code that has met
   * one, so each step would depend on those before it.
   *
   * @param milliseconds how long to measure, about
   * @throws Error if what came out of the step is not what went in
   */
  measure(step: string, milliseconds: number): Promise<readonly Figure[]>;
}
