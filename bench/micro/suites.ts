import type { Suite } from './suite.js';

const SUITES: Readonly<Record<string, () => Promise<{ suite: Suite }>>> = {
  'single-operations': () => import('./suites/single-operations.js'),
  'claim-commit': () => import('./suites/claim-commit.js'),
  drain: () => import('./suites/drain.js'),
  lock: () => import('./suites/lock.js'),
  'one-thread-shared': () => import('./suites/one-thread-shared.js'),
  'one-thread-heap': () => import('./suites/one-thread-heap.js'),
  route: () => import('./suites/route.js'),
  encode: () => import('./suites/encode.js'),
  bell: () => import('./suites/bell.js'),
  wake: () => import('./suites/wake.js'),
};

/** The names of all suites, in the order of docs/lab/micro.md. */
export const SUITE_NAMES: readonly string[] = Object.keys(SUITES);

/** A suite, and no other: each brings rivals along that take time to load. */
export async function loadSuite(name: string): Promise<Suite> {
  return (await SUITES[name]!()).suite;
}
