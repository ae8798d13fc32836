import { NO_ROOM, type TrackedWriter } from '../memory/record-queue.js';
import type { LargeBodies } from './large-bodies.js';

/** Whoever feeds an outlet: told when it has room again. */
export interface OutletFeeder {
  onSpace(): void;
}

const NOBODY: OutletFeeder = { onSpace: () => {} };

/** The outlets that need the router's attention, so that a pass of its loop looks at no others. */
export class OutletWork {
  /** Outlets with records that were not flushed. */
  readonly unflushed: Outlet[] = [];
  /** Outlets that had no room. */
  readonly stalled: Outlet[] = [];
  /** Outlets whose readers may still read bodies in pages. */
  readonly holding: Outlet[] = [];
  /** What has to wait for another thread's next step, and is tried again a little later: each says if it is done. */
  readonly retries: (() => boolean)[] = [];

  /** Makes all that was written in this pass visible. */
  flush(): void {
    const unflushed = this.unflushed;
    let kept = 0;
    for (let i = 0; i < unflushed.length; i++) {
      const outlet = unflushed[i]!;
      if (!outlet.flush()) unflushed[kept++] = outlet;
    }
    unflushed.length = kept;
  }

  /** Gives bodies back that were read, and lets those go on that have room again. True if anything happened. */
  revive(): boolean {
    let worked = false;
    for (let i = this.retries.length - 1; i >= 0; i--) {
      if (!this.retries[i]!()) continue;
      this.retries.splice(i, 1);
      worked = true;
    }
    for (let i = this.holding.length - 1; i >= 0; i--) {
      const outlet = this.holding[i]!;
      if (outlet.reclaim()) worked = true;
      if (!outlet.holds) this.holding.splice(i, 1);
    }
    for (let i = this.stalled.length - 1; i >= 0; i--) {
      const outlet = this.stalled[i]!;
      if (!outlet.writer.hasSpace) continue;
      this.stalled.splice(i, 1);
      outlet.stalled = false;
      worked = true;
      outlet.feeder.onSpace();
    }
    return worked;
  }

  /** Has every reader that matters ring the router's bell when it gives space back. */
  askForBells(): void {
    for (const outlet of this.stalled) outlet.writer.askForBell();
    for (const outlet of this.holding) outlet.writer.askForBell();
  }

  /** True if revive() would do something now: the look before sleeping. */
  get ready(): boolean {
    return (
      this.stalled.some(outlet => outlet.writer.hasSpace) || this.holding.some(outlet => outlet.reclaimable)
    );
  }

  forget(outlet: Outlet): void {
    for (const list of [this.unflushed, this.stalled, this.holding]) {
      const index = list.indexOf(outlet);
      if (index >= 0) list.splice(index, 1);
    }
  }
}

/**
 * One ring that the router writes to: a consumer's mailbox, a ring that consumers share, or a session's replies.
 * The router never waits for an outlet: one without room is *stalled* until its readers have given half of it back.
 */
export class Outlet {
  readonly writer: TrackedWriter;
  /** Set by whoever feeds it. */
  feeder: OutletFeeder = NOBODY;
  stalled = false;
  readonly #work: OutletWork;
  readonly #bodies: LargeBodies;
  #unflushed = false;
  /** Pages in records that were written since the last flush. */
  #written: number[] = [];
  /** Pages that readers may be reading, with the position behind the frame that refers to them. Oldest first. */
  readonly #held: { position: number; page: number }[] = [];

  constructor(writer: TrackedWriter, work: OutletWork, bodies: LargeBodies) {
    this.writer = writer;
    this.#work = work;
    this.#bodies = bodies;
  }

  /** Room for a record of `words` words in `writer.words`, or NO_ROOM: then the outlet is stalled. */
  reserve(words: number): number {
    if (this.stalled) return NO_ROOM;
    const at = this.writer.reserve(words);
    if (at === NO_ROOM) {
      this.#stall();
    } else if (!this.#unflushed) {
      this.#unflushed = true;
      this.#work.unflushed.push(this);
    }
    return at;
  }

  #stall(): void {
    if (this.stalled) return;
    this.stalled = true;
    this.#work.stalled.push(this);
  }

  /** Keeps a body for as long as readers may read it: the record just reserved refers to it. */
  hold(page: number): void {
    if (this.#written.length === 0 && !this.holds) this.#work.holding.push(this);
    this.#written.push(page);
  }

  get holds(): boolean {
    return this.#held.length > 0 || this.#written.length > 0;
  }

  flush(): boolean {
    if (!this.writer.flush()) {
      this.#stall();
      return false;
    }
    this.#unflushed = false;
    for (const page of this.#written) this.#held.push({ position: this.writer.position, page });
    this.#written.length = 0;
    return true;
  }

  get reclaimable(): boolean {
    const oldest = this.#held[0];
    return oldest !== undefined && ((this.writer.released - oldest.position) | 0) >= 0;
  }

  /** Gives the bodies back that every reader is done with. */
  reclaim(): boolean {
    const released = this.writer.released;
    let count = 0;
    while (count < this.#held.length && ((released - this.#held[count]!.position) | 0) >= 0) {
      this.#bodies.release(this.#held[count]!.page);
      count++;
    }
    if (count > 0) this.#held.splice(0, count);
    return count > 0;
  }

  /** Ends the outlet: readers find what was flushed, then the end. */
  close(): void {
    this.flush();
    this.writer.close();
  }

  /** Forgets the outlet, and drops its hold on bodies: its readers are gone. */
  drop(): void {
    this.#work.forget(this);
    for (const { page } of this.#held) this.#bodies.release(page);
    for (const page of this.#written) this.#bodies.release(page);
    this.#held.length = 0;
    this.#written.length = 0;
  }
}
