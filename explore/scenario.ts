/**
 * A program of a few threads over shared memory, small enough for every interleaving of it to be run.
 *
 * `Shared` is what setup() returns: buffers, offsets, sizes. It is made once; before each execution only the bytes of its
 * buffers are put back. So it must not hold objects that threads change.
 */
export interface Scenario<Shared = unknown> {
  name: string;
  /** Prepares the shared memory, alone. A `SharedArrayBuffer` made here (or by a thread) is a modelled one. */
  setup(): Shared;
  /**
   * The threads by name. Each is a synchronous function that does the same whenever it reads the same: it is run again
   * from its beginning, with the answers that it had, each time it goes on after another thread.
   */
  threads: Record<string, (shared: Shared) => unknown>;
  /**
   * Threads that may be terminated. Each is, alone, before each of its accesses, in executions of their own; joinThread()
   * tells another thread of it.
   */
  mayDie?: readonly string[];
  /**
   * True if threads may be left asleep, or waiting in a loop, when no other can go on: such an execution is an outcome, and
   * neither a deadlock nor a livelock.
   */
  maySleep?: boolean;
  /** Called when all threads have ended; throws if what they left behind is wrong. Sees the memory as they left it. */
  check?(end: Ending<Shared>): void;
  /** What the calls that threads made through operation() must be equivalent to, in some order that respects time. */
  linearizable?: Specification;
  /** Labels that reachable() must have been called with in one execution at least. */
  reachable?: readonly string[];
}

/** How one execution ended. */
export interface Ending<Shared = unknown> {
  shared: Shared;
  /** What each thread returned; undefined if it died, or sleeps. */
  results: Record<string, unknown>;
  /** The thread that was terminated. */
  died?: string;
  /** The calls through operation(), in the order of their invocations. */
  history: readonly Operation[];
}

/** A call made through operation(). */
export interface Operation {
  thread: string;
  name: string;
  arguments: readonly unknown[];
  /** Undefined as long as it has not returned: its thread died within it. */
  result?: unknown;
  /** Steps of the execution at which it was invoked and returned; returned is Infinity if it never did. */
  invoked: number;
  returned: number;
}

/**
 * A sequential object: what it answers when one call follows the other. States are values that are never changed in
 * place; two states with equal JSON are one.
 */
export interface Specification<State = unknown> {
  initial: State;
  /**
   * The states after `operation` if it may give this result in `state`; none if it may not. For a call that never returned
   * (`operation.returned` is Infinity) every state that it may lead to, whatever its result would have been. (That such a
   * call had no effect at all is tried beside.)
   *
   * @param concurrent the calls that overlap with it in time, for weaker specifications: "empty may be answered while an
   *   enqueue is in flight"
   */
  next(state: State, operation: Operation, concurrent: readonly Operation[]): readonly State[];
}

export interface SearchOptions {
  /**
   * `reduced` (default): dynamic partial-order reduction, one execution of each class that differs only in the order of
   * independent steps. `full`: every interleaving. `random`: as many as `executions` or `milliseconds` allow.
   */
  search?: 'reduced' | 'full' | 'random';
  /** Switches away from a thread that could go on, at most (default: any number). */
  preemptions?: number;
  /** Ends the search unfinished after so many executions (default: no limit; 1,000 for a random one). */
  executions?: number;
  /** Ends the search unfinished after so much time (default: no limit). */
  milliseconds?: number;
  /** Steps of one execution; more is reported as a livelock (default 5,000). */
  steps?: number;
  /**
   * A loop that has read the same unchanged values so many times over is taken to wait: its thread goes on when one of them
   * is written (default 4, at least 2). More if the code under test looks a fixed number of times and then does something
   * else; fewer make scenarios that poll much smaller.
   */
  rounds?: number;
  /**
   * Waits with a time limit that may time out at any moment, in each thread; later ones do so only when no thread can go on
   * otherwise (default 2). With 0 none ever does, and a wait that only its time limit would end is a deadlock.
   */
  timeouts?: number;
  /** Start of the random sequence; the result tells the one that was used. */
  seed?: number;
  /** Runs one schedule only: the `replay` of a violation. */
  replay?: string;
  /** False: a violation is reported by the schedule that was found first, and none shorter is looked for (default true). */
  shorten?: boolean;
}

/** What a thread did at one step of an execution. */
export interface Step {
  /** Index into the names of the threads. */
  thread: number;
  kind: StepKind;
  /** Place of the access: which buffer in the order of their making, and the byte in it. */
  buffer?: number;
  byteOffset?: number;
  /** The values that it was given, and what it answered. */
  arguments?: readonly (number | bigint | string)[];
  result?: unknown;
  /** Where the code under test made the access, if asked for. */
  source?: SourceLine;
}

export type StepKind =
  /** plain accesses */
  | 'read'
  | 'write'
  /** those of Atomics, by their names; `wait` is the moment at which a thread falls asleep or does not */
  | 'load'
  | 'store'
  | 'add'
  | 'sub'
  | 'and'
  | 'or'
  | 'xor'
  | 'exchange'
  | 'compareExchange'
  | 'wait'
  | 'notify'
  /** a wait with a time limit ends without having been notified */
  | 'timeout'
  /** the thread is terminated */
  | 'death'
  /** joinThread() sees the end of a thread */
  | 'join'
  /** operation() begins and ends */
  | 'invoke'
  | 'return';

export interface SourceLine {
  file: string;
  line: number;
  text: string;
}

export type ViolationKind =
  /** a plain access is concurrent with a conflicting one */
  | 'race'
  /** threads sleep, and nobody is left to wake them */
  | 'deadlock'
  /** a thread waits in a loop for a change that nobody will make, or does not end */
  | 'livelock'
  /** a thread or check() threw */
  | 'failure'
  /** no order of the calls explains their results */
  | 'not-linearizable'
  /** a label of `reachable` was never reached */
  | 'unreachable';

export interface Violation {
  kind: ViolationKind;
  message: string;
  /** The names of the threads, as steps number them. */
  threads: readonly string[];
  /** The schedule, the shortest that was found. Empty for `unreachable`. */
  steps: readonly Step[];
  /** Give it as `replay` to run exactly this schedule again. */
  replay: string;
  history: readonly Operation[];
}

export interface Result {
  name: string;
  search: 'reduced' | 'full' | 'random';
  executions: number;
  /** Steps of all executions together, and of the longest. */
  steps: number;
  longest: number;
  milliseconds: number;
  /** True if the search came to its end: within its bounds there is nothing else to run. */
  complete: boolean;
  preemptions: number;
  /** Of a random search. */
  seed?: number;
  /** What executions ended with (JSON of results and of whoever died), and how many did. */
  outcomes: ReadonlyMap<string, number>;
  reached: ReadonlySet<string>;
  violation?: Violation;
}
