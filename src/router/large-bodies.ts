import { PAGE_BYTES, Page } from '../memory/layout.js';
import type { PageAllocator } from '../memory/page-allocator.js';

/**
 * The bodies that lie in pages of the arena, and how many queues and rings still refer to each. Only the router
 * counts, so a count is a plain number, and a thread that dies takes none with it.
 */
export class LargeBodies {
  readonly #pages: PageAllocator;
  readonly #references = new Map<number, number>();
  /** Bytes of the pages that they take. */
  bytes = 0;

  constructor(pages: PageAllocator) {
    this.#pages = pages;
  }

  get size(): number {
    return this.#references.size;
  }

  /** Takes a body over from the session that wrote it, with one reference: the caller's. */
  adopt(page: number): void {
    this.#pages.transfer(page, Page.ROUTER_TAG);
    this.#references.set(page, 1);
    this.bytes += this.#pages.runLength(page) * PAGE_BYTES;
  }

  retain(page: number): void {
    this.#references.set(page, (this.#references.get(page) as number) + 1);
  }

  /** Drops a reference; the last one frees the pages. */
  release(page: number): void {
    const left = (this.#references.get(page) as number) - 1;
    if (left > 0) {
      this.#references.set(page, left);
    } else {
      this.#references.delete(page);
      this.bytes -= this.#pages.runLength(page) * PAGE_BYTES;
      this.#pages.free(page);
    }
  }
}
