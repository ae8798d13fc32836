import type { CodeUnderTest } from '../../code-under-test.js';

export type SmallArena = ReturnType<CodeUnderTest['Arena']['create']>;

/** The thread that started the broker, as Node.js numbers threads. */
export const STARTER = 1;

/**
 * An arena with the smallest mailboxes there are and `pages` pages to hand out. Threads may share the object: it holds
 * nothing but views and constants.
 */
export function smallArena({ Arena, PAGE_BYTES }: CodeUnderTest, pages: number, sessions = 1): SmallArena {
  // The header, the page table, the inbox and each session's replies take a page each.
  const bytes = (3 + sessions + pages) * PAGE_BYTES;
  return Arena.create({ bytes, sessions, inboxWords: 64, replyWords: 64, maxBody: 1 << 20 }, STARTER);
}

/** The arena's header. */
export function headerOf(arena: SmallArena): Int32Array {
  return new Int32Array(arena.buffer, 0, 1024);
}

/** The page table, with an entry for each page of the arena. */
export function tableOf({ Header, PAGE_BYTES }: CodeUnderTest, arena: SmallArena): Int32Array {
  return new Int32Array(arena.buffer, PAGE_BYTES, headerOf(arena)[Header.PAGES]!);
}

/** What stands in the page table for the pages that are handed out. */
export function pageTable(code: CodeUnderTest, arena: SmallArena): number[] {
  const first = headerOf(arena)[code.Header.FIRST_PAGE]!;
  const table = tableOf(code, arena);
  return Array.from({ length: table.length - first }, (_, i) => table[first + i]!);
}

/** Fills the run of pages at `start`: with a byte in each, since nobody looks at more. */
export function writePages(
  { PAGE_BYTES }: CodeUnderTest,
  arena: SmallArena,
  start: number,
  pages: number,
  mark: number,
): void {
  for (let page = start; page < start + pages; page++) arena.bytes[page * PAGE_BYTES] = mark;
}

export function expectPages(
  { PAGE_BYTES }: CodeUnderTest,
  arena: SmallArena,
  start: number,
  pages: number,
  mark: number,
): void {
  for (let page = start; page < start + pages; page++) {
    expectEqual(arena.bytes[page * PAGE_BYTES], mark, `what lies in page ${page}`);
  }
}

/** No page is taken, and all of them are to be had in one piece. */
export function expectAllFree(code: CodeUnderTest, arena: SmallArena): void {
  expectEqual(arena.pages.used(), 0, 'pages in use');
  const pages = pageTable(code, arena).length;
  const start = arena.pages.allocate(pages, code.Page.ROUTER_TAG);
  if (start === code.NO_PAGES) throw new Error(`No run of all ${pages} pages: ${pageTable(code, arena)}`);
  expectEqual(arena.pages.runLength(start), pages, 'length of the run of all pages');
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`);
}
