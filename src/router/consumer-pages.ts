import { OutOfMemoryError } from '../errors.js';
import type { Arena } from '../memory/arena.js';
import { Page } from '../memory/layout.js';
import { NO_PAGES, PageAllocator } from '../memory/page-allocator.js';

/** Pages for the router's own use. @throws OutOfMemoryError */
export function allocatePages(arena: Arena, bytes: number): number {
  const page = arena.pages.allocate(PageAllocator.pagesFor(bytes), Page.ROUTER_TAG);
  if (page === NO_PAGES) {
    throw new OutOfMemoryError(
      `The shared memory has no ${bytes} bytes left in one piece. Close consumers, or start the broker with more \`memory\`.`,
    );
  }
  return page;
}
