import { Bench } from 'tinybench';
import type { Figure, Suite } from './suite.js';

/** Something that takes so few nanoseconds that a sample does it many times. */
export interface Step {
  /** Units of its suite that one run() does. */
  readonly units: number;
  /** Called before each run(), and not timed. */
  prepare?(): void;
  /** @returns a number that depends on everything that was done: V8 leaves out what nobody asks for */
  run(): number;
  /**
   * Called after each run(), and not timed. It also puts things back for the next one.
   *
   * @returns false if `result` is not what run() has to return
   */
  check(result: number): boolean;
}

/** Nanoseconds of a millisecond. */
const NANOSECONDS = 1e6;

/** Steps on one thread, sampled by tinybench. A sample is one run(), its figure the mean of the units in it. */
export class TimedSuite implements Suite {
  readonly title: string;
  readonly unit: string;
  readonly #steps: ReadonlyMap<string, () => Step>;

  constructor(title: string, unit: string, steps: Readonly<Record<string, () => Step>>) {
    this.title = title;
    this.unit = unit;
    this.#steps = new Map(Object.entries(steps));
  }

  get steps(): readonly string[] {
    return [...this.#steps.keys()];
  }

  async measure(name: string, milliseconds: number): Promise<readonly Figure[]> {
    const step = this.#steps.get(name)!();
    const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 3, throws: true });
    let result = 0;
    bench.add(
      name,
      () => {
        result = step.run();
      },
      {
        async: false, // otherwise tinybench calls the step once to find out, without preparing or checking
        beforeEach: () => step.prepare?.(),
        afterEach: () => {
          if (!step.check(result))
            throw new Error(`'${name}' lost or changed something: it returned ${result}.`);
        },
      },
    );
    bench.runSync();
    const { result: outcome } = bench.getTask(name)!;
    if (outcome.state !== 'completed') throw new Error(`'${name}' did not complete: ${outcome.state}.`);
    const { p50, p99, samplesCount } = outcome.latency;
    const scale = NANOSECONDS / step.units;
    return [{ name, median: p50 * scale, p99: p99 * scale, samples: samplesCount }];
  }
}
