import { joinThread, reachable } from '../../../explore/index.js';
import type { Arena } from '../../../src/memory/arena.js';
import { Mailbox, Slot } from '../../../src/memory/layout.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import { Burial } from '../../../src/router/burial.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { MailboxProgram } from './mailbox-entry.js';
import { expect, expectDelivery, expectEmpty, send, take, untilEnded } from './messages.js';

/** What the router looks at, beside its mailbox, when it has said that it is about to sleep. */
export type SecondLook = (burial: Burial) => boolean;

/** How deaths are reported and buried: as by Arena.reportDeath() and the router, without the rest of an arena. */
export class Deaths {
  readonly #code: CodeUnderTest;
  #reported!: Int32Array;

  constructor(code: CodeUnderTest) {
    this.#code = code;
  }

  prepare(): void {
    this.#reported = new Int32Array(new SharedArrayBuffer(4));
  }

  /** In the order of Arena.reportDeath(). */
  report(memory: MailboxMemory, ...threads: readonly number[]): void {
    for (const thread of threads) memory.markDead(thread);
    Atomics.add(this.#reported, 0, threads.length);
    memory.bell.wake();
  }

  get count(): number {
    return Atomics.load(this.#reported, 0);
  }

  /**
   * Reads as Router.run() does, until `done`: takes frames, buries the dead, and sleeps if there was nothing to do, in the
   * order of Router.#sleep(). `done` is asked for with the records that came, and the slots of the dead that were freed.
   */
  route(
    memory: MailboxMemory,
    done: (ids: readonly number[], buried: ReadonlySet<number>) => boolean,
    secondLook: SecondLook = burial => burial.due,
  ): number[] {
    const deaths = this;
    const arena = {
      inbox: memory,
      sessions: memory.writers,
      get deaths() {
        return deaths.count;
      },
      sweepSession: () => {},
    } as unknown as Arena;
    const reader = new this.#code.MailboxReader(memory);
    const ids: number[] = [];
    const buried = new Set<number>();
    const burial = new Burial(arena, reader, slot => void buried.add(slot));
    while (!done(ids, buried)) {
      const found = take(reader);
      if (found !== undefined) {
        ids.push(...found);
        continue;
      }
      const skipped = burial.pending && burial.bury();
      reader.release();
      if (skipped) reachable('skipped');
      if (skipped || done(ids, buried)) continue;
      memory.bell.announce();
      if (!reader.ready() && !secondLook(burial)) {
        memory.bell.sleep();
        reachable('slept');
      }
      memory.bell.retract();
    }
    return ids;
  }

  /** The same to the end of the mailbox, without sleeping, and without freeing slots. */
  poll(memory: MailboxMemory): number[] {
    const reader = new this.#code.MailboxReader(memory);
    const ids = untilEnded(reader, () => {
      if (this.count > 0 && reader.recover()) reachable('skipped');
    });
    reader.release();
    return ids;
  }
}

/** Throws unless of each writer the first frames came, and of the living ones all. */
export function expectFrames(
  received: unknown,
  dead: readonly (readonly number[])[],
  living: readonly number[],
): void {
  const ids = received as number[];
  const begun = dead.map(own => own.slice(0, ids.filter(id => own.includes(id)).length));
  expectDelivery(ids, ...begun, living);
}

/** Throws unless the reader of a closed mailbox came to its end, and left out nothing that was committed. */
export function expectEnded(memory: MailboxMemory): void {
  expectEmpty(memory);
  expect(memory.control[Mailbox.HEAD] === memory.tail, 'The reader did not come to the end');
}

/** Throws unless nobody owns a slot whose owner died. */
export function expectFree(memory: MailboxMemory, slot: number): void {
  const at = memory.slotAt(slot);
  expect(
    memory.control[at + Slot.OWNER] === 0 && memory.control[at + Slot.NOTE] === 0,
    `Slot ${slot} is not free`,
  );
}

/** One writer that may die, a thread that tells of its end, and a reader that looks again and again. */
export function dyingAndReader(
  code: CodeUnderTest,
  deaths: Deaths,
  slot: number,
  ids: readonly number[],
): MailboxProgram['threads'] {
  return {
    dying: memory => send(new code.MailboxWriter(memory, slot), ...ids),
    witness(memory) {
      joinThread('dying');
      deaths.report(memory, slot + 1);
      memory.close();
    },
    reader: memory => deaths.poll(memory),
  };
}
