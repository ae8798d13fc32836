import { now } from '../../comparison/clock.js';
import { QueueCounters } from '../../memory/counters.js';
import type { Lock } from '../../queues/lock.js';
import type { LockClock, LockTimes } from './lock-clock.js';
import { Phase, type Phases } from './phases.js';
import { type ThreadUsage, threadUsage, usageBetween } from './thread-usage.js';

/** What is counted in a thread of a run. */
export interface Observed {
  /** Of its ends of queues. */
  readonly counters: readonly QueueCounters[];
  /** True if these ends claim their places: mailboxes and the lock-free ring. */
  readonly claims: boolean;
  readonly clock: LockClock;
  /** True if there is a lock. */
  readonly locked: boolean;
  /** Its locks, where they can say how often they were taken when it came. */
  readonly locks: readonly Lock[];
}

/** Messages between two looks at the phase: a look is an atomic load. Who had to wait for a lock looks at once. */
const LOOK_EVERY = 64;

/** What a thread did in the window. */
export interface WindowReport {
  readonly messages: number;
  readonly seconds: number;
  readonly usage: ThreadUsage;
  readonly counters: QueueCounters | null;
  readonly claims: boolean;
  readonly spuriousWakes: number;
  readonly lock: (LockTimes & { readonly contended: number | null }) | null;
  /** From and to of each hold in the trace phase, in milliseconds. */
  readonly trace: Float64Array;
}

/** A look at everything that is counted. */
interface Snapshot {
  readonly at: number;
  readonly messages: number;
  readonly usage: ThreadUsage;
  readonly counters: QueueCounters;
  readonly spuriousWakes: number;
  readonly lock: LockTimes;
  readonly contended: number;
}

/** Sees the phases of a run come and go in one thread, and looks at what is counted when the window opens and closes. */
export class Observer {
  phase: Phase = Phase.IDLE;
  /** Times that the thread woke and found nothing; counted by its loop. */
  spuriousWakes = 0;
  /** Called when the window opens and when it closes. */
  onWindow: (open: boolean) => void = () => {};
  readonly #phases: Phases;
  readonly #observed: Observed;
  #opened: Snapshot | undefined;
  #closed: Snapshot | undefined;
  #unlooked = 0;

  constructor(phases: Phases, observed: Observed) {
    this.#phases = phases;
    this.#observed = observed;
  }

  /** Looks whether the phase has changed, if it is time for that. @param count messages since this was called before */
  lookAfter(count: number, messages: number): void {
    this.#unlooked += count;
    if (this.#unlooked >= LOOK_EVERY || this.#observed.clock.waited) this.look(messages);
  }

  /** The next lookAfter() looks: time has passed. */
  lookSoon(): void {
    this.#unlooked = LOOK_EVERY;
  }

  /** Looks whether the phase has changed. @param messages that the thread has sent or received so far */
  look(messages: number): Phase {
    this.#unlooked = 0;
    this.#observed.clock.waited = false;
    const phase = this.#phases.current;
    if (phase !== this.phase) this.#change(phase, messages);
    return phase;
  }

  #change(phase: Phase, messages: number): void {
    this.phase = phase;
    const { clock } = this.#observed;
    if (this.#opened === undefined && phase >= Phase.WINDOW) {
      this.#opened = this.#snapshot(messages);
      this.onWindow(true);
    }
    if (this.#closed === undefined && phase > Phase.WINDOW) {
      this.#closed = this.#snapshot(messages);
      this.onWindow(false);
    }
    clock.tracing = phase === Phase.TRACE;
  }

  #snapshot(messages: number): Snapshot {
    const { counters, clock, locks } = this.#observed;
    return {
      at: now(),
      messages,
      usage: threadUsage(),
      counters: sumOf(counters),
      spuriousWakes: this.spuriousWakes,
      lock: clock.times,
      contended: locks.reduce((sum, lock) => sum + lock.contended, 0),
    };
  }

  /** What the thread did in the window. Call it at the end. @param messages of the whole run */
  report(messages: number): WindowReport {
    // A thread that slept through the window did nothing in it.
    const to = this.#closed ?? this.#snapshot(messages);
    const from = this.#opened ?? to;
    const { counters, claims, clock, locks, locked } = this.#observed;
    return {
      messages: to.messages - from.messages,
      seconds: (to.at - from.at) / 1000,
      usage: usageBetween(from.usage, to.usage),
      counters: counters.length === 0 ? null : difference(from.counters, to.counters),
      claims,
      spuriousWakes: to.spuriousWakes - from.spuriousWakes,
      lock: !locked
        ? null
        : {
            acquisitions: to.lock.acquisitions - from.lock.acquisitions,
            timed: to.lock.timed - from.lock.timed,
            waited: to.lock.waited - from.lock.waited,
            held: to.lock.held - from.lock.held,
            contended: locks.length === 0 ? null : to.contended - from.contended,
          },
      trace: clock.trace,
    };
  }
}

const COUNTERS = ['claims', 'failedClaims', 'sleeps', 'wakes', 'wakesNeeded'] as const;

function sumOf(all: readonly QueueCounters[]): QueueCounters {
  const sum = new QueueCounters();
  for (const counters of all) for (const key of COUNTERS) sum[key] += counters[key];
  return sum;
}

function difference(from: QueueCounters, to: QueueCounters): QueueCounters {
  const result = new QueueCounters();
  for (const key of COUNTERS) result[key] = to[key] - from[key];
  return result;
}
