import type { CodeUnderTest } from '../../code-under-test.js';
import type { SmallArena } from './small-arena.js';

type OutletWork = InstanceType<CodeUnderTest['OutletWork']>;
export type Reader = InstanceType<CodeUnderTest['MailboxReader']>;

export interface RouterParts {
  /** Handles the frame that `inbox` points at. */
  frame(inbox: Reader): void;
  /** Ends what belonged to the session in a slot, whose thread died. */
  release?(slot: number): void;
  work?: OutletWork;
  /** True if the scenario needs it no more; otherwise it runs until the inbox is closed. */
  done?(): boolean;
  /** True if it asks for bells before it announces its sleep: as it was once, and wrong. */
  asksFirst?: boolean;
}

/**
 * The thread of the router, as far as it reads, buries, writes and sleeps: the loop of Router.run() and Router.#sleep()
 * (src/router/router.ts), step by step, without timers, alarm and looks before sleeping. The class itself cannot be run
 * here: it needs Buffers over the shared memory. Unlike it, this one does not end before it has buried who is to be buried.
 */
export function runRouter(code: CodeUnderTest, arena: SmallArena, parts: RouterParts): void {
  const { release = () => {}, work = new code.OutletWork() } = parts;
  const inbox = new code.MailboxReader(arena.inbox);
  const burial = new code.Burial(arena, inbox, release);
  const done = parts.done ?? (() => inbox.ended);
  while (!done() || burial.pending) {
    let frames = 0;
    while (inbox.open()) {
      parts.frame(inbox);
      frames++;
    }
    const buried = burial.pending && burial.bury();
    inbox.release();
    const revived = work.revive();
    work.flush();
    if (frames === 0 && !revived && !buried && !parts.done?.()) sleep();
  }

  function sleep(): void {
    const { bell } = arena.inbox;
    if (parts.asksFirst) work.askForBells();
    bell.announce();
    if (!parts.asksFirst) work.askForBells();
    if (!inbox.ready() && !work.ready && !burial.news) bell.sleep();
    bell.retract();
  }
}
