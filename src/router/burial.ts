import type { Arena } from '../memory/arena.js';
import type { MailboxReader } from '../memory/mailbox-reader.js';

/**
 * Sessions whose threads died. What they had committed is routed, what they had only claimed is skipped, and then all
 * that was theirs is freed.
 */
export class Burial {
  readonly #arena: Arena;
  readonly #inbox: MailboxReader;
  readonly #release: (slot: number) => void;
  /** Writer slots whose thread died, with the position up to which it may have written. */
  readonly #dying = new Map<number, number>();
  #deathsSeen = 0;

  /** @param release ends what belonged to the session in a slot */
  constructor(arena: Arena, inbox: MailboxReader, release: (slot: number) => void) {
    this.#arena = arena;
    this.#inbox = inbox;
    this.#release = release;
  }

  /** True if a death was reported that bury() has not seen. */
  get news(): boolean {
    return this.#deathsSeen !== this.#arena.deaths;
  }

  /**
   * True if bury() would do more than it did when it was called last: what the router looks at once more before it
   * sleeps. A living writer that had noted the claim of a dead one may have cleared its note, and rung, in between.
   */
  get due(): boolean {
    return this.news || (this.#dying.size > 0 && this.#inbox.recoverable);
  }

  /** True if bury() has something to do. */
  get pending(): boolean {
    return this.#dying.size > 0 || this.news;
  }

  /** True if the inbox may go on now, where a claim of the dead had stopped it. */
  bury(): boolean {
    const arena = this.#arena;
    const { inbox } = arena;
    const deaths = arena.deaths;
    if (deaths !== this.#deathsSeen) {
      this.#deathsSeen = deaths;
      for (let slot = 0; slot < arena.sessions; slot++) {
        if (inbox.isDead(slot) && !this.#dying.has(slot)) this.#dying.set(slot, inbox.tail);
      }
    }
    const skipped = this.#inbox.recover();
    for (const [slot, until] of this.#dying) {
      if (((this.#inbox.position - until) | 0) < 0) continue;
      this.#dying.delete(slot);
      this.#release(slot);
      arena.sweepSession(slot);
      inbox.detachWriter(slot);
    }
    // A writer may sleep on a request for space that was the dead one's: see MailboxWriter.awaitSpace().
    inbox.wakeWriters();
    return skipped;
  }
}
