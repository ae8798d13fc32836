import { expect, test } from 'vitest';
import { Arena } from '#src/memory/arena.js';
import { LargeBodies } from '#src/router/large-bodies.js';

test('the last reference frees the pages, not one before', () => {
  const sizes = { bytes: 8 << 20, sessions: 2, inboxWords: 2048, replyWords: 2048, maxBody: 1 << 20 };
  const arena = Arena.create(sizes, 0);
  const bodies = new LargeBodies(arena.pages);
  const page = arena.pages.allocate(10, 16);
  const other = arena.pages.allocate(3, 16);
  bodies.adopt(page);
  bodies.adopt(other);
  arena.pages.sweep(16); // their session died: they are the router's by now
  expect([bodies.size, arena.pages.used()]).toEqual([2, 13]);
  bodies.retain(page);
  bodies.retain(page);
  bodies.release(page);
  bodies.release(page);
  expect([bodies.size, arena.pages.used()]).toEqual([2, 13]);
  bodies.release(page);
  expect([bodies.size, arena.pages.used()]).toEqual([1, 3]);
  bodies.release(other);
  expect([bodies.size, arena.pages.used()]).toEqual([0, 0]);
});
