import { Header, PAGE_BYTES, Page } from './layout.js';

/** Pages that only the router may take, so that a consumer can be started when bodies fill the rest: 16 MiB at most. */
const RESERVE_PAGES = 4096;

/** Returned by allocate() when no run of free pages is long enough. */
export const NO_PAGES = -1;

/**
 * Hands out runs of pages of the arena, to any thread, without a lock.
 *
 * Who owns a page stands in the page table and nowhere else, and each entry changes by one atomic operation. So a
 * thread may die at any point of allocate(): what it had claimed carries its tag, and sweep() finds it.
 * Only a run's owner frees it (the router, once a body was handed over), and a run's pages become free from the
 * last to the first, so a half-freed run is still a run.
 */
export class PageAllocator {
  readonly #header: Int32Array;
  readonly #table: Int32Array;
  readonly #first: number;
  readonly #end: number;
  /** Where the pages end that sessions may take. */
  readonly #sessionsEnd: number;

  /** @param table one int32 a page of the whole arena */
  constructor(header: Int32Array, table: Int32Array) {
    this.#header = header;
    this.#table = table;
    this.#first = header[Header.FIRST_PAGE]!;
    this.#end = header[Header.PAGES]!;
    this.#sessionsEnd = this.#end - Math.min(RESERVE_PAGES, (this.#end - this.#first) >>> 2);
  }

  /** Pages that sessions may have. */
  get pages(): number {
    return this.#sessionsEnd - this.#first;
  }

  static pagesFor(bytes: number): number {
    return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  }

  /**
   * A run of `pages` pages that belongs to `tag`.
   *
   * @returns the first page, or NO_PAGES.
   */
  allocate(pages: number, tag: number): number {
    // Low pages first: those that were just freed are still in the processor's cache (0.6 against 13 GB/s for bodies
    // of 64 KiB). The word is a hint: whatever it says, both searches together look at every page.
    const from = Atomics.load(this.#header, Header.SEARCH_FROM); // pairs with the stores below and in free()
    const end = tag < Page.SESSION_TAG ? this.#end : this.#sessionsEnd;
    const found = this.#search(from, end, pages, tag);
    if (found !== NO_PAGES) {
      if (found === from) Atomics.store(this.#header, Header.SEARCH_FROM, found + pages); // pairs with the load above
      return found;
    }
    return this.#search(this.#first, Math.min(from + pages, end), pages, tag);
  }

  /** True if a run of `pages` free pages was there for a session a moment ago. */
  mayFit(pages: number): boolean {
    let run = 0;
    for (let page = this.#first; page < this.#sessionsEnd && run < pages; page++) {
      run = Atomics.load(this.#table, page) === Page.FREE ? run + 1 : 0; // pairs with the stores in free()
    }
    return run === pages;
  }

  #search(from: number, to: number, pages: number, tag: number): number {
    let start = from;
    for (let page = from; page < to; page++) {
      // Only a hint, claim() decides; pairs with the stores in free()
      if (Atomics.load(this.#table, page) !== Page.FREE) {
        start = page + 1;
      } else if (page - start + 1 === pages) {
        this.#raiseHighWater(start + pages); // first: sweep() must find the claim, whenever its thread dies
        const taken = this.#claim(start, pages, tag);
        if (taken === pages) return start;
        start += taken + 1;
        page = start - 1;
      }
    }
    return NO_PAGES;
  }

  /** Claims the run at `start`; if a page of it was taken meanwhile, gives all back and says how many were free. */
  #claim(start: number, pages: number, tag: number): number {
    // The compare-exchanges pair with those of other threads: one of them gets the page.
    if (Atomics.compareExchange(this.#table, start, Page.FREE, tag) !== Page.FREE) return 0;
    for (let taken = 1; taken < pages; taken++) {
      // pairs with free(): the run's former use is over
      if (Atomics.compareExchange(this.#table, start + taken, Page.FREE, Page.CONTINUED) !== Page.FREE) {
        this.#clear(start, taken);
        this.#wakeIfWaiting(); // somebody may have failed because of the pages just given back
        return taken;
      }
    }
    return pages;
  }

  #raiseHighWater(page: number): void {
    let seen = Atomics.load(this.#header, Header.HIGH_WATER); // pairs with the compareExchange below
    while (seen < page) {
      // pairs with the load in runs()
      const now = Atomics.compareExchange(this.#header, Header.HIGH_WATER, seen, page);
      if (now === seen) return;
      seen = now;
    }
  }

  /** Gives the run at `start` to another owner: a body that reached the router is the router's. */
  transfer(start: number, tag: number): void {
    Atomics.store(this.#table, start, tag); // pairs with the load in runs()
  }

  /** Pages of the run at `start`. */
  runLength(start: number): number {
    let page = start + 1;
    // pairs with claim(): a run ends where another starts, or a free page is
    while (page < this.#end && Atomics.load(this.#table, page) === Page.CONTINUED) page++;
    return page - start;
  }

  /** Frees the run at `start`, and wakes whoever waits for memory. */
  free(start: number): void {
    this.#clear(start, this.runLength(start));
    // pairs with the load in allocate()
    if (start < Atomics.load(this.#header, Header.SEARCH_FROM)) {
      Atomics.store(this.#header, Header.SEARCH_FROM, start); // pairs with the load in allocate()
    }
    this.#wakeIfWaiting();
  }

  #wakeIfWaiting(): void {
    // pairs with the or in announceWaiter()
    if ((Atomics.load(this.#header, Header.MEMORY_WAITERS) & 1) !== 0) this.wakeWaiters();
  }

  /**
   * Wakes whoever waits for memory, whatever the word says: a thread may have died between its two steps here, or before
   * them. For whoever buries it or ends the broker.
   */
  wakeWaiters(): void {
    // An addition, because each announcement must be a new value; pairs with the wait in sleepForMemory()
    Atomics.add(this.#header, Header.MEMORY_WAITERS, 1);
    Atomics.notify(this.#header, Header.MEMORY_WAITERS); // pairs with the wait in sleepForMemory()
  }

  #clear(start: number, pages: number): void {
    for (let page = start + pages - 1; page >= start; page--) {
      Atomics.store(this.#table, page, Page.FREE); // pairs with the compareExchange in claim()
    }
  }

  /**
   * Says that this thread is about to wait for pages: allocate once more, then sleepForMemory().
   *
   * @returns what to sleep on. Whoever is slow to fall asleep does not mistake a later announcement for its own.
   */
  announceWaiter(): number {
    return Atomics.or(this.#header, Header.MEMORY_WAITERS, 1) | 1; // pairs with the load in free()
  }

  /** Blocks until pages were freed after announceWaiter(), or `milliseconds` have passed. */
  sleepForMemory(announced: number, milliseconds?: number): void {
    // pairs with the notify in wakeWaiters()
    Atomics.wait(this.#header, Header.MEMORY_WAITERS, announced, milliseconds);
  }

  /** The same on an event loop; undefined if pages were freed already. */
  sleepForMemoryAsync(announced: number): Promise<unknown> | undefined {
    // pairs with the notify in wakeWaiters()
    const wait = Atomics.waitAsync(this.#header, Header.MEMORY_WAITERS, announced);
    return wait.async ? wait.value : undefined;
  }

  /** The first pages and tags of all runs, lowest first. */
  *runs(): Generator<{ start: number; tag: number }> {
    const end = Atomics.load(this.#header, Header.HIGH_WATER); // pairs with raiseHighWater()
    for (let page = this.#first; page < end; page++) {
      const tag = Atomics.load(this.#table, page); // pairs with claim() and transfer()
      if (tag > 0) yield { start: page, tag };
    }
  }

  /** Frees every run with this tag: what a dead thread had claimed and not handed over. */
  sweep(tag: number): void {
    for (const run of this.runs()) if (run.tag === tag) this.free(run.start);
    this.wakeWaiters(); // the dead thread may have given pages back, and not have come to say so
  }

  /** Pages in use. */
  used(): number {
    let pages = 0;
    for (const run of this.runs()) pages += this.runLength(run.start);
    return pages;
  }
}
