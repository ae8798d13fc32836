import { InvalidScenarioError, InvalidScheduleError } from './errors.js';
import { ModelledGlobals } from './globals.js';
import { isLinearizable } from './linearizability.js';
import { type Fault, Machine } from './machine.js';
import { ModelledMemory } from './modelled-memory.js';
import type { Ending, Result, Scenario, SearchOptions, Step, Violation } from './scenario.js';
import { type Death, decodeSchedule, encodeSchedule } from './schedule.js';
import { GivenSchedule, RandomSchedule, randomNumbers } from './schedules.js';
import { DepthFirst } from './search.js';
import type { ThreadState } from './thread-state.js';

const STEPS = 5000;
const RANDOM_EXECUTIONS = 1000;
/** What finding a shorter schedule may cost. */
const SHORTER_MILLISECONDS = 2000;
const SHORTER_EXECUTIONS = 20_000;

/** A fault, and the schedule that leads to it. */
interface Found {
  readonly fault: Fault;
  readonly threads: readonly number[];
  readonly death: Death | undefined;
}

/** The limits of a search, as far as they are used up. */
interface Budget {
  executions: number;
  readonly end: number;
}

/**
 * Runs a scenario under every schedule (or as many as asked for) and says what came out, and what went wrong first.
 *
 * While it runs, `Atomics`, `SharedArrayBuffer` and the typed arrays are models for everything in this thread. They are put
 * back before it returns.
 *
 * @throws NondeterministicThreadError, UnsupportedAccessError, InvalidScenarioError, InvalidScheduleError
 */
export function explore<Shared>(scenario: Scenario<Shared>, options: SearchOptions = {}): Result {
  const exploration = new Exploration(scenario, options);
  return exploration.globals.during(() => exploration.run());
}

class Exploration<Shared> {
  readonly globals: ModelledGlobals;
  readonly #scenario: Scenario<Shared>;
  readonly #options: SearchOptions;
  readonly #names: readonly string[];
  readonly #machine: Machine;
  readonly #outcomes = new Map<string, number>();
  #shared!: Shared;
  #executions = 0;
  #steps = 0;
  #longest = 0;

  constructor(scenario: Scenario<Shared>, options: SearchOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#names = Object.keys(scenario.threads);
    this.#check();
    const memory = new ModelledMemory();
    const program = {
      names: this.#names,
      bodies: Object.values(scenario.threads).map(thread => () => thread(this.#shared)),
      callsAreSteps: scenario.linearizable !== undefined,
    };
    this.#machine = new Machine(program, memory, {
      steps: options.steps ?? STEPS,
      rounds: options.rounds ?? 4,
      timeouts: options.timeouts ?? 2,
    });
    this.globals = new ModelledGlobals(memory, byteLength => this.#machine.allocate(byteLength));
  }

  #check(): void {
    const { name, threads, mayDie = [] } = this.#scenario;
    const count = this.#names.length;
    if (count < 1 || count > 16) {
      throw new InvalidScenarioError(`The scenario '${name}' has ${count} threads. Give it 1 to 16.`);
    }
    for (const dying of mayDie) {
      if (!Object.hasOwn(threads, dying)) {
        throw new InvalidScenarioError(
          `mayDie of the scenario '${name}' names '${dying}', which is none of its threads: ${this.#names.join(', ')}.`,
        );
      }
    }
  }

  run(): Result {
    const started = performance.now();
    const {
      search = 'reduced',
      replay,
      shorten = true,
      seed = (Math.random() * 0x7fffffff) | 0,
    } = this.#options;
    this.#machine.alone(() => {
      this.#shared = this.#scenario.setup();
    });
    this.#machine.keepMemory();
    const budget: Budget = {
      executions:
        this.#options.executions ?? (search === 'random' ? RANDOM_EXECUTIONS : Number.POSITIVE_INFINITY),
      end: started + (this.#options.milliseconds ?? Number.POSITIVE_INFINITY),
    };
    let found: Found | undefined;
    let complete = false;
    if (replay !== undefined) {
      found = this.#replay(replay);
    } else if (search === 'random') {
      found = this.#searchAtRandom(seed, budget);
    } else {
      const bound = this.#options.preemptions ?? Number.POSITIVE_INFINITY;
      const searched = this.#searchAll(search === 'reduced', bound, budget);
      found = searched.found;
      complete = searched.complete && found === undefined;
    }
    let violation: Violation | undefined;
    if (found !== undefined) {
      violation = this.#report(replay === undefined && shorten ? this.#shorter(found) : found);
    } else if (replay === undefined) {
      violation = this.#unreached();
    }
    return {
      name: this.#scenario.name,
      search,
      executions: this.#executions,
      steps: this.#steps,
      longest: this.#longest,
      milliseconds: performance.now() - started,
      complete,
      preemptions: this.#options.preemptions ?? Number.POSITIVE_INFINITY,
      ...(search === 'random' ? { seed } : {}),
      outcomes: this.#outcomes,
      reached: this.#machine.reached,
      ...(violation === undefined ? {} : { violation }),
    };
  }

  /** All schedules without a death, then all with one, for each thread that may die and each of its accesses. */
  #searchAll(
    reduced: boolean,
    bound: number,
    budget: Budget,
  ): { found: Found | undefined; complete: boolean } {
    const first = this.#searchWith(undefined, reduced, bound, budget);
    if (first.found !== undefined || !first.complete) return first;
    for (const name of this.#scenario.mayDie ?? []) {
      const thread = this.#names.indexOf(name);
      for (let access = 0; ; access++) {
        const searched = this.#searchWith({ thread, access }, reduced, bound, budget);
        if (searched.found !== undefined || !searched.complete) return searched;
        if (!searched.died) break;
      }
    }
    return { found: undefined, complete: true };
  }

  #searchWith(
    death: Death | undefined,
    reduced: boolean,
    bound: number,
    budget: Budget,
  ): { found: Found | undefined; complete: boolean; died: boolean } {
    const search = new DepthFirst(this.#names.length, reduced, bound);
    let died = false;
    do {
      if (budget.executions <= 0 || performance.now() > budget.end)
        return { found: undefined, complete: false, died };
      search.begin(this.#machine);
      this.#machine.run(search, death);
      const fault = search.repeated ? this.#machine.fault : this.#end();
      const found = fault && this.#found(fault, death);
      if (death !== undefined && this.#machine.threads[death.thread]!.died) died = true;
      this.#machine.restoreMemory();
      if (found !== undefined) return { found, complete: false, died };
      if (!search.repeated) budget.executions--;
    } while (search.next());
    return { found: undefined, complete: true, died };
  }

  #searchAtRandom(seed: number, budget: Budget): Found | undefined {
    const random = randomNumbers(seed);
    const schedule = new RandomSchedule(random);
    const dying = (this.#scenario.mayDie ?? []).map(name => this.#names.indexOf(name));
    const lengths = this.#names.map(() => 1);
    for (; budget.executions > 0 && performance.now() <= budget.end; budget.executions--) {
      let death: Death | undefined;
      if (dying.length > 0 && random() < 0.75) {
        const thread = dying[Math.floor(random() * dying.length)]!;
        death = { thread, access: Math.floor(random() * (lengths[thread]! + 1)) };
      }
      schedule.begin();
      this.#machine.run(schedule, death);
      for (const thread of this.#machine.threads) {
        lengths[thread.index] = Math.max(lengths[thread.index]!, thread.length);
      }
      const fault = this.#end();
      const found = fault && this.#found(fault, death);
      this.#machine.restoreMemory();
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #replay(replay: string): Found | undefined {
    const { threads, death } = decodeSchedule(replay);
    for (const thread of death === undefined ? threads : [...threads, death.thread]) {
      if (thread >= this.#names.length)
        throw new InvalidScheduleError(replay, `there is no thread ${thread}`);
    }
    this.#machine.run(new GivenSchedule(threads, replay), death);
    const fault = this.#end();
    const found = fault && this.#found(fault, death);
    const { trace } = this.#machine;
    if (trace.length < threads.length) {
      throw new InvalidScheduleError(
        replay,
        `it has ${threads.length} steps, but all was over after ${trace.length}`,
      );
    }
    if (death !== undefined && !this.#machine.threads[death.thread]!.died) {
      throw new InvalidScheduleError(
        replay,
        `thread ${death.thread} does not come to its access number ${death.access}`,
      );
    }
    this.#machine.restoreMemory();
    return found;
  }

  #found(fault: Fault, death: Death | undefined): Found {
    const { trace, threads } = this.#machine;
    const died = death !== undefined && threads[death.thread]!.died;
    return { fault, threads: trace.threads.slice(0, trace.length), death: died ? death : undefined };
  }

  /** Looks at how an execution ended. */
  #end(): Fault | undefined {
    const machine = this.#machine;
    this.#executions++;
    this.#steps += machine.trace.length;
    this.#longest = Math.max(this.#longest, machine.trace.length);
    if (machine.fault !== undefined) return machine.fault;
    const waiting = machine.threads.filter(thread => !thread.ended);
    if (waiting.length > 0 && this.#scenario.maySleep !== true) return this.#stuck(waiting);
    return this.#judge();
  }

  #stuck(waiting: readonly ThreadState[]): Fault {
    const names = waiting.map(thread => thread.name).join(' and ');
    const wait = waiting.length === 1 ? 'waits' : 'wait';
    if (!waiting.some(thread => this.#machine.spins(thread))) {
      return { kind: 'deadlock', message: `${names} ${wait}, and nobody is left to wake them` };
    }
    return {
      kind: 'livelock',
      message:
        `${names} ${wait}, in a loop too, for what nobody is left to change. If the loop is not for ever, let the option ` +
        '`rounds` be as many as it makes.',
    };
  }

  /** What the scenario says of an execution that has come to its end. */
  #judge(): Fault | undefined {
    const { threads, history } = this.#machine;
    const { check, linearizable } = this.#scenario;
    const results = Object.fromEntries(threads.map(thread => [thread.name, thread.result]));
    const died = threads.find(thread => thread.died)?.name;
    const asleep = threads.filter(thread => !thread.ended).map(thread => thread.name);
    const outcome = describeOutcome(results, died, asleep);
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    if (linearizable !== undefined && !isLinearizable(history, linearizable)) {
      return {
        kind: 'not-linearizable',
        message: 'No order of the calls that respects time explains their results',
      };
    }
    if (check === undefined) return undefined;
    const ending: Ending<Shared> = {
      shared: this.#shared,
      results,
      history,
      ...(died === undefined ? {} : { died }),
    };
    try {
      this.#machine.alone(() => check(ending));
    } catch (error) {
      return { kind: 'failure', message: `check() threw ${error instanceof Error ? error.stack : error}` };
    }
    return undefined;
  }

  /** Looks for the same kind of fault with as few switches, and then as few steps, as possible. */
  #shorter(found: Found): Found {
    const end = performance.now() + SHORTER_MILLISECONDS;
    return this.#apart(() => this.#pruned(this.#withFewSwitches(found, end), end));
  }

  #withFewSwitches(found: Found, end: number): Found {
    const { fault, death } = found;
    let shortest: Found | undefined;
    for (let bound = 0; bound <= 6 && shortest === undefined && performance.now() < end; bound++) {
      const search = new DepthFirst(this.#names.length, true, bound);
      let executions = 0;
      do {
        search.begin(this.#machine);
        this.#machine.run(search, death);
        const other = search.repeated ? this.#machine.fault : this.#end();
        if (
          other?.kind === fault.kind &&
          this.#machine.trace.length < (shortest?.threads.length ?? Infinity)
        ) {
          shortest = this.#found(other, death);
        }
        this.#machine.restoreMemory();
      } while (search.next() && ++executions < SHORTER_EXECUTIONS && performance.now() < end);
    }
    return shortest ?? found;
  }

  /** Leaves out, one after the other from the end, the steps that the fault does not need. */
  #pruned(found: Found, end: number): Found {
    let kept = found;
    // Whoever does not end makes as many steps without any of them.
    if (kept.threads.length >= (this.#options.steps ?? STEPS)) return kept;
    for (let left = kept.threads.length - 1; left >= 0 && performance.now() < end; left--) {
      const threads = kept.threads.filter((_, step) => step !== left);
      const other = this.#attempt(threads, found.death);
      const shorter = other !== undefined && other.threads.length < kept.threads.length;
      if (shorter && other.fault.kind === found.fault.kind) kept = other;
    }
    return kept;
  }

  /** What comes of a schedule that perhaps cannot be followed. */
  #attempt(threads: readonly number[], death: Death | undefined): Found | undefined {
    try {
      this.#machine.run(new GivenSchedule(threads, ''), death);
      const fault = this.#end();
      return fault && this.#found(fault, death);
    } catch (error) {
      if (error instanceof InvalidScheduleError) return undefined;
      throw error;
    } finally {
      this.#machine.restoreMemory();
    }
  }

  /** Runs `body`, whose executions are no part of the search. */
  #apart<T>(body: () => T): T {
    const counts = { executions: this.#executions, steps: this.#steps, longest: this.#longest };
    const outcomes = [...this.#outcomes];
    const result = body();
    this.#executions = counts.executions;
    this.#steps = counts.steps;
    this.#longest = counts.longest;
    this.#outcomes.clear();
    for (const [outcome, count] of outcomes) this.#outcomes.set(outcome, count);
    return result;
  }

  /** Runs the schedule once more, and notes what happens. */
  #report({ fault, threads, death }: Found): Violation {
    const machine = this.#machine;
    const steps: Step[] = [];
    machine.recording = steps;
    machine.run(new GivenSchedule(threads, ''), death);
    // A check() that depends on what other executions did finds nothing now: then what it said first.
    const again = this.#apart(() => this.#end()) ?? fault;
    machine.recording = undefined;
    const history = machine.history;
    machine.restoreMemory();
    const replay = encodeSchedule(death === undefined ? { threads } : { threads, death });
    return { ...again, threads: this.#names, steps, replay, history };
  }

  #unreached(): Violation | undefined {
    const missing = (this.#scenario.reachable ?? []).filter(label => !this.#machine.reached.has(label));
    if (missing.length === 0) return undefined;
    return {
      kind: 'unreachable',
      message: `No execution came to ${missing.map(label => `reachable('${label}')`).join(', ')}`,
      threads: this.#names,
      steps: [],
      replay: '',
      history: [],
    };
  }
}

function describeOutcome(
  results: Record<string, unknown>,
  died: string | undefined,
  asleep: readonly string[],
): string {
  const text = JSON.stringify(results, (_, value: unknown) => {
    if (value === undefined) return null;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
  return [
    text,
    ...(died === undefined ? [] : [`${died} died`]),
    ...asleep.map(name => `${name} sleeps`),
  ].join(', ');
}
