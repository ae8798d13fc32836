import { Dependence } from './dependence.js';
import { NondeterministicThreadError } from './errors.js';
import type { Machine, Strategy } from './machine.js';
import { Kind, READS, WRITES } from './step-kinds.js';
import { describeAccess, type ThreadState } from './thread-state.js';

/** One point of a schedule at which a thread was chosen, and what is left to try there. */
interface Node {
  /** Sets of threads, a bit each. */
  readonly enabled: number;
  /** To be tried here; those tried already; those whose step here was tried before and commutes with all since. */
  backtrack: number;
  done: number;
  readonly sleep: number;
  /** The pending step of each thread: location and mode, list of waiting threads, kind. */
  readonly pending: readonly Pending[];
  chosen: number;
  /** Switches away from threads that could go on, before this node. */
  readonly preemptions: number;
}

interface Pending {
  readonly kind: Kind;
  readonly location: number;
  readonly mode: number;
  readonly waiters: number;
}

/**
 * Walks through the schedules of a program depth first, one execution each.
 *
 * `full` tries every enabled thread at every point. `reduced` tries one at first, and others where an execution showed that
 * their order matters: source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal Dynamic Partial Order
 * Reduction, POPL 2014). With a bound on preemptions the reduction is the one that stays sound under a bound (Coons,
 * Musuvathi, McKinley: Bounded Partial-Order Reduction, OOPSLA 2013): a step that is to come earlier is tried where the race
 * is, and also where the thread that runs there was switched to, and no step is put to sleep.
 */
export class DepthFirst implements Strategy {
  /** True if the execution was broken off because it would repeat what other executions had. */
  repeated = false;

  readonly #reduced: boolean;
  readonly #bound: number;
  readonly #nodes: Node[] = [];
  readonly #dependence: Dependence;
  #machine!: Machine;
  #depth = 0;

  constructor(threads: number, reduced: boolean, bound: number) {
    this.#reduced = reduced;
    this.#bound = bound;
    this.#dependence = new Dependence(threads);
  }

  begin(machine: Machine): void {
    this.#machine = machine;
    this.#depth = 0;
    this.repeated = false;
    this.#dependence.begin();
  }

  choose(enabled: number): number {
    const depth = this.#depth;
    let node = this.#nodes[depth];
    if (node === undefined) {
      const created = this.#create(depth, enabled);
      if (created === undefined) {
        this.repeated = true;
        return -1;
      }
      node = created;
      this.#nodes[depth] = node;
    } else this.#compare(node, enabled);
    this.#depth = depth + 1;
    return node.chosen;
  }

  /** The same steps lead to the same point. @throws NondeterministicThreadError if they do not */
  #compare(node: Node, enabled: number): void {
    const changed = enabled === node.enabled ? node.chosen : lowest(enabled ^ node.enabled);
    const thread = this.#machine.threads[changed]!;
    const { kind, location } = node.pending[changed]!;
    if (enabled === node.enabled && kind === thread.kind && location === locationOf(thread)) return;
    const before = describeAccess(kind, location);
    throw new NondeterministicThreadError(thread.name, thread.length, before, thread.next);
  }

  #create(depth: number, enabled: number): Node | undefined {
    const before = depth === 0 ? undefined : this.#nodes[depth - 1]!;
    const sleep =
      before === undefined || this.#bound < Number.POSITIVE_INFINITY
        ? 0
        : this.#stillAsleep(before, depth - 1);
    const candidates = enabled & (this.#reduced ? ~sleep : -1);
    if (candidates === 0) return undefined;
    const last = before?.chosen ?? -1;
    const chosen = last >= 0 && (candidates & (1 << last)) !== 0 ? last : lowest(candidates);
    return {
      enabled,
      backtrack: this.#reduced ? 1 << chosen : enabled,
      done: 0,
      sleep,
      pending: this.#machine.threads.map(thread => ({
        kind: thread.kind,
        location: locationOf(thread),
        mode: thread.asleep ? 0 : thread.mode,
        waiters:
          thread.asleep || thread.kind === Kind.WAIT || thread.kind === Kind.NOTIFY ? thread.location : -1,
      })),
      chosen,
      preemptions: before === undefined ? 0 : before.preemptions + this.#preempts(depth - 1, before.chosen),
    };
  }

  /** 1 if choosing `thread` at `depth` switches away from a thread that could go on there. */
  #preempts(depth: number, thread: number): number {
    if (depth === 0) return 0;
    const last = this.#nodes[depth - 1]!.chosen;
    return thread !== last && (this.#nodes[depth]!.enabled & (1 << last)) !== 0 ? 1 : 0;
  }

  /** Threads whose step was tried before `step`, or instead of it, and commutes with it. */
  #stillAsleep(node: Node, step: number): number {
    const { trace } = this.#machine;
    let sleep = 0;
    const candidates = (node.sleep | node.done) & ~(1 << node.chosen);
    for (let rest = candidates; rest !== 0; rest &= rest - 1) {
      const thread = lowest(rest);
      const pending = node.pending[thread]!;
      const kind = trace.kinds[step]!;
      const sameLocation =
        pending.location >= 0 && pending.mode !== 0 && pending.location === trace.locations[step];
      const conflicts =
        (sameLocation && ((pending.mode | trace.modes[step]!) & WRITES) !== 0) ||
        (pending.waiters >= 0 && pending.waiters === trace.waiters[step]) ||
        (pending.kind === Kind.INVOKE && kind === Kind.RETURN) ||
        (pending.kind === Kind.RETURN && kind === Kind.INVOKE);
      if (!conflicts) sleep |= 1 << thread;
    }
    return sleep;
  }

  stepped(): void {
    if (!this.#reduced) return;
    const { trace } = this.#machine;
    const dependence = this.#dependence;
    const step = trace.length - 1;
    const thread = trace.threads[step]!;
    const kind = trace.kinds[step]!;
    const location = trace.locations[step]!;
    const waiters = trace.waiters[step]!;
    if (location >= 0) dependence.access(thread, step, 2 * location, trace.modes[step]!);
    if (waiters >= 0) dependence.access(thread, step, 2 * waiters + 1, READS | WRITES);
    if (kind === Kind.INVOKE) dependence.invoke(thread, step);
    else if (kind === Kind.RETURN) dependence.return(thread, step);
    if (trace.joined[step]! >= 0) dependence.order(trace.joined[step]!, thread);
    dependence.end(thread, step, trace.threads);
    for (const earlier of dependence.races) this.#reverse(earlier, step);
    // What a notified thread would have done without the notify: time out, or die asleep.
    this.#add(this.#nodes[step]!, trace.wokeTimed[step]!);
    for (let rest = trace.woken[step]!; rest !== 0; rest &= rest - 1) dependence.order(thread, lowest(rest));
  }

  /** Sees to it that step `later` is tried before step `earlier` as well. */
  #reverse(earlier: number, later: number): void {
    const { trace } = this.#machine;
    const node = this.#nodes[earlier]!;
    if (this.#bound < Number.POSITIVE_INFINITY) {
      const thread = 1 << trace.threads[later]!;
      this.#addOrAll(node, thread);
      let start = earlier;
      while (start > 0 && trace.threads[start - 1] === trace.threads[start]) start--;
      this.#addOrAll(this.#nodes[start]!, thread);
      return;
    }
    const initials = this.#initials(earlier, later);
    if ((initials & node.backtrack) !== 0) return;
    const possible = initials & node.enabled;
    if (possible === 0) return;
    const preferred = 1 << trace.threads[later]!;
    node.backtrack |= (possible & preferred) !== 0 ? preferred : 1 << lowest(possible);
  }

  #addOrAll(node: Node, threads: number): void {
    node.backtrack |= (node.enabled & threads) !== 0 ? threads : node.enabled;
  }

  #add(node: Node, threads: number): void {
    node.backtrack |= threads & node.enabled;
  }

  /** The threads that can begin, in place of step `earlier`, a sequence that has `later` before it. */
  #initials(earlier: number, later: number): number {
    const { trace } = this.#machine;
    const dependence = this.#dependence;
    const by = trace.threads[earlier]!;
    let initials = 0;
    let seen = 0;
    const firsts: number[] = [];
    for (let step = earlier + 1; step <= later; step++) {
      const thread = trace.threads[step]!;
      const bit = 1 << thread;
      if ((seen & bit) !== 0) continue;
      if (step !== later && dependence.depends(step, earlier, by)) continue;
      seen |= bit;
      if (!firsts.some(first => dependence.depends(step, first, trace.threads[first]!))) initials |= bit;
      firsts.push(step);
    }
    return initials;
  }

  /** Goes back to the last point at which something is left to try. False if there is none. */
  next(): boolean {
    const nodes = this.#nodes;
    while (nodes.length > 0) {
      const depth = nodes.length - 1;
      const node = nodes[depth]!;
      node.done |= 1 << node.chosen;
      for (;;) {
        const left = node.backtrack & ~node.done & ~(this.#reduced ? node.sleep : 0);
        if (left === 0) break;
        const thread = lowest(left);
        if (node.preemptions + this.#preempts(depth, thread) <= this.#bound) {
          node.chosen = thread;
          return true;
        }
        node.done |= 1 << thread;
      }
      nodes.pop();
    }
    return false;
  }
}

/** Location of the pending step, or -1. */
function locationOf(thread: ThreadState): number {
  return thread.asleep ? -1 : thread.location;
}

/** Number of the lowest bit that is set. */
export function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
