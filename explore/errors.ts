/**
 * Every error that the explorer throws on purpose: one class a fault, one stable code a class.
 *
 * A message says what happened, with which values, and what to do. What is wrong with the code under test is no error: it
 * is a Violation of the Result.
 */
export class ExploreError extends Error {
  /** Stable identifier, `ERR_EXPLORE_…`; compare this, not the message. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A thread, run again with the same answers, did something else than before. */
export class NondeterministicThreadError extends ExploreError {
  readonly thread: string;
  readonly access: number;

  /**
   * @param thread name of the thread
   * @param access number of the access in that thread
   * @param before what the access was the first time, in words (`load b0+128`)
   * @param now what came instead (`the end of the thread`)
   */
  constructor(thread: string, access: number, before: string, now: string) {
    super(
      'ERR_EXPLORE_NONDETERMINISTIC',
      `Thread '${thread}' was run again with the same answers, and its access number ${access} changed: it was ` +
        `${before}, now it is ${now}. A thread must do the same whenever it reads the same. Let it use no clock, no random ` +
        'number, and no object or variable that an earlier run of it changed.',
    );
    this.thread = thread;
    this.access = access;
  }
}

/** The code under test uses shared memory, or asynchrony, in a way that is not modelled. */
export class UnsupportedAccessError extends ExploreError {
  constructor(message: string) {
    super('ERR_EXPLORE_UNSUPPORTED', message);
  }
}

/** A replay string cannot be read, or does not fit the scenario. */
export class InvalidScheduleError extends ExploreError {
  /** @param problem what is wrong with the string; continues "The schedule '…' cannot be replayed: " */
  constructor(schedule: string, problem: string) {
    super(
      'ERR_EXPLORE_SCHEDULE',
      `The schedule '${shortened(schedule)}' cannot be replayed: ${problem}. Give the replay string as it was printed, ` +
        'with the same scenario and the same code.',
    );
  }
}

/** A scenario, or something in it, is not what it has to be. */
export class InvalidScenarioError extends ExploreError {
  constructor(message: string) {
    super('ERR_EXPLORE_SCENARIO', message);
  }
}

/** A schedule of thousands of steps would hide the rest of the message. */
function shortened(schedule: string): string {
  return schedule.length > 80 ? `${schedule.slice(0, 79)}…` : schedule;
}
