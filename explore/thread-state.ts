import { NondeterministicThreadError, UnsupportedAccessError } from './errors.js';
import type { Element, ModelledView } from './modelled-memory.js';
import type { Operation, SourceLine } from './scenario.js';
import { Spinning } from './spinning.js';
import { KIND_NAMES, Kind } from './step-kinds.js';

/** Thrown out of an access to suspend its thread. One object: nothing is allocated, and no stack is captured. */
export const SUSPENDED = Object.freeze({
  reason: 'This thread is suspended by the explorer. Do not catch this.',
});

/** One thread of an execution: its log, and the step that it stands before. */
export class ThreadState {
  readonly index: number;
  readonly name: string;
  readonly body: () => unknown;
  readonly spinning: Spinning;

  /** Accesses of the log, and which of them the thread makes next when it runs again. */
  length = 0;
  pc = 0;
  readonly #kinds: number[] = [];
  readonly #locations: number[] = [];
  readonly #operands: (Element | undefined)[] = [];
  readonly #results: unknown[] = [];
  /** What it made, by number and byte length: how large a buffer is may depend on what the thread has read. */
  readonly #buffers = new Map<string, SharedArrayBuffer>();
  #buffersUsed = 0;
  #operations: Operation[] = [];
  #operationsUsed = 0;

  /** The pending step. */
  kind: Kind = Kind.READ;
  location = -1;
  mode = 0;
  view: ModelledView | undefined;
  at = -1;
  a: Element | undefined;
  b: Element | undefined;
  source: SourceLine | undefined;

  /** True if it was suspended before the pending step, and will come to that again. */
  standsBefore = false;
  suspended = false;
  ended = false;
  died = false;
  result: unknown;
  /** It sleeps in Atomics.wait, its last step. */
  asleep = false;
  /** How many waits may still time out. */
  timeouts = 0;
  /** The access before which it is terminated, or -1. */
  #deathAt = -1;

  constructor(index: number, name: string, body: () => unknown, rounds: number) {
    this.spinning = new Spinning(rounds);
    this.index = index;
    this.name = name;
    this.body = body;
  }

  /** Back to where nothing has been done. */
  begin(deathAt: number, timeouts: number): void {
    this.length = 0;
    this.standsBefore = false;
    this.#operations = [];
    this.spinning.progress();
    this.ended = false;
    this.died = false;
    this.result = undefined;
    this.asleep = false;
    this.timeouts = timeouts;
    this.#deathAt = deathAt;
  }

  /** Before it is run again from its beginning. */
  rewind(): void {
    this.pc = 0;
    this.suspended = false;
    this.#buffersUsed = 0;
    this.#operationsUsed = 0;
  }

  suspend(): never {
    this.suspended = true;
    throw SUSPENDED;
  }

  /** True if its next step is its death. */
  get dies(): boolean {
    return this.#deathAt === this.length;
  }

  /** True if the wait in which it sleeps may end without a notify. */
  get mayExpire(): boolean {
    return this.dies || (this.hasTimeLimit && this.timeouts > 0);
  }

  /** True if it sleeps in a wait with a time limit. */
  get hasTimeLimit(): boolean {
    return this.asleep && this.b !== Number.POSITIVE_INFINITY;
  }

  /** True if the thread must make an access now, because it made one here before. */
  get expected(): boolean {
    return this.pc < this.length || this.standsBefore;
  }

  get locationOfLast(): number {
    return this.#locations[this.length - 1]!;
  }

  pend(
    kind: Kind,
    location: number,
    mode: number,
    view: ModelledView | undefined,
    at: number,
    a: Element | undefined,
    b: Element | undefined,
  ): void {
    if (this.suspended) throw SUSPENDED;
    if (
      this.standsBefore &&
      (this.kind !== kind || this.location !== location || !Object.is(this.a, a) || !Object.is(this.b, b))
    ) {
      this.differs(describeAccess(kind, location, a, b));
    }
    this.kind = kind;
    this.location = location;
    this.mode = mode;
    this.view = view;
    this.at = at;
    this.a = a;
    this.b = b;
  }

  /** Adds the pending step to the log. */
  keep(kind: Kind, result: unknown): void {
    const at = this.length++;
    this.#kinds[at] = kind;
    this.#locations[at] = this.location;
    this.#operands[at] = this.a;
    this.#results[at] = result;
    this.pc = this.length;
  }

  /** Sets the result of the last step: a wait that has ended. */
  answer(result: unknown): void {
    this.#results[this.length - 1] = result;
  }

  /** The result that the access had. */
  replay(kind: Kind, location: number, operand: Element | undefined): unknown {
    const at = this.pc;
    if (
      this.#kinds[at] !== kind ||
      this.#locations[at] !== location ||
      !Object.is(this.#operands[at], operand)
    ) {
      this.differs(describeAccess(kind, location, operand));
    }
    this.pc = at + 1;
    return this.#results[at];
  }

  /** @throws NondeterministicThreadError that says what the thread did instead of the access that it made before */
  differs(now: string): never {
    const at = this.pc;
    const before =
      at < this.length
        ? describeAccess(this.#kinds[at] as Kind, this.#locations[at]!, this.#operands[at])
        : describeAccess(this.kind, this.location, this.a, this.b);
    this.suspended = false;
    throw new NondeterministicThreadError(this.name, at, before, now);
  }

  /** What it would do next, in words. */
  get next(): string {
    if (this.ended) return 'the end of the thread';
    return this.asleep ? 'sleep' : describeAccess(this.kind, this.location, this.a, this.b);
  }

  isAsynchronous(promise: unknown): never {
    // It may be rejected because the thread was suspended in it: that is nobody's concern.
    Promise.resolve(promise).catch(() => {});
    throw new UnsupportedAccessError(
      `${this.name} returned a promise. A thread of a scenario is a synchronous function: let it use Atomics.wait.`,
    );
  }

  buffer(byteLength: number, create: () => SharedArrayBuffer): SharedArrayBuffer {
    const key = `${this.#buffersUsed++} ${byteLength}`;
    let buffer = this.#buffers.get(key);
    if (buffer === undefined) {
      buffer = create();
      this.#buffers.set(key, buffer);
    }
    return buffer;
  }

  operation(name: string, parameters: readonly unknown[]): Operation {
    const at = this.#operationsUsed++;
    this.#operations[at] ??= {
      thread: this.name,
      name,
      arguments: parameters,
      invoked: Number.NaN,
      returned: Number.POSITIVE_INFINITY,
    };
    return this.#operations[at];
  }

  /** The call that was begun last, for reports. */
  get lastOperation(): Operation | undefined {
    return this.#operations[this.#operationsUsed - 1];
  }
}

/** An access in a few words, for errors. */
export function describeAccess(kind: Kind, location: number, ...operands: (Element | undefined)[]): string {
  const given = operands.filter(operand => operand !== undefined);
  return `${KIND_NAMES[kind]} of location ${location}${given.length === 0 ? '' : ` (${given.join(', ')})`}`;
}
