import { z } from 'zod';

/**
 * A cell of the lab: one design in one shape, what a single run measures. Its schema is the only description of it; the
 * types, the checks of a plan of one's own and the published JSON Schema all come from here.
 */

export const DESIGNS = ['queue-per-consumer', 'shared-locked', 'shared-lock-free', 'message-port'] as const;
/** How threads wait for the lock of `shared-locked`. `web-locks` is Node's own `worker_threads.locks` (24.5 or later). */
export const LOCKS = ['futex', 'spin', 'ticket', 'mcs', 'web-locks'] as const;
/**
 * How a consumer waits: asleep in `Atomics.wait`, on an event loop, by a look each millisecond, by a look each turn of
 * the event loop, or by looking all the time.
 */
export const WAITS = ['block', 'event-loop', 'poll', 'pull', 'spin'] as const;

/** Threads of a kind at most: as many readers as a shared ring has. */
export const MAX_THREADS = 64;
/** Bytes of a body that say who sent it, its number, and when it was to be sent. */
export const ENVELOPE_BYTES = 16;
const MAX_BODY = 4096;

const count = (most: number) => z.int().min(1).max(most);
const powerOfTwo = (least: number, most: number) =>
  z
    .int()
    .min(least)
    .max(most)
    .refine(value => (value & (value - 1)) === 0, 'It must be a power of two.');

export const cellSchema = z
  .strictObject({
    design: z.enum(DESIGNS).describe('how messages reach the consumers'),
    lock: z.enum(LOCKS).nullable().describe('the lock of shared-locked; null for the others'),
    producers: count(MAX_THREADS).describe('producer threads'),
    consumers: count(MAX_THREADS).describe('consumer threads'),
    body: z
      .int()
      .min(ENVELOPE_BYTES)
      .max(MAX_BODY)
      .multipleOf(8)
      .describe('bytes of a message, a multiple of 8'),
    batch: count(64).describe('messages of one frame, critical section or postMessage at most'),
    ring: powerOfTwo(1 << 14, 1 << 26).describe('bytes of all rings together, about: a power of two'),
    work: z.int().min(0).max(1_000_000).describe('nanoseconds of work for each message in the consumer'),
    wait: z.enum(WAITS).describe('how a consumer waits for messages'),
    routed: z.boolean().describe('true: through the broker, or a router of ports; false: the queue alone'),
    rate: z
      .number()
      .positive()
      .max(1e9)
      .nullable()
      .describe('messages a second of all producers together; null: as fast as they can'),
  })
  .superRefine((cell, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((cell.design === 'shared-locked') !== (cell.lock !== null)) {
      refuse('lock', 'It goes with the design shared-locked, and only with it.');
    }
    if (cell.routed && cell.lock !== null && cell.lock !== 'futex') {
      refuse('lock', 'The broker has only the futex mutex: with routed, the lock is futex.');
    }
  });

export type Cell = z.infer<typeof cellSchema>;
export type Design = Cell['design'];
export type LockKind = NonNullable<Cell['lock']>;
export type Wait = Cell['wait'];

/** A cell in one line; two cells are the same if this is. */
export function cellKey(cell: Cell): string {
  const { producers, consumers, body, batch, ring, work, wait, routed, rate } = cell;
  return [
    designLabel(cell),
    `${producers}p${consumers}c`,
    `${body} bytes`,
    `batch ${batch}`,
    `ring ${ring}`,
    `work ${work} ns`,
    wait,
    routed ? 'routed' : 'queue only',
    rate === null ? 'full speed' : `${rate}/s`,
  ].join(', ');
}

/** The design and, where there is a choice, its lock. */
export function designLabel({ design, lock }: Pick<Cell, 'design' | 'lock'>): string {
  return lock === null ? design : `${design} (${lock})`;
}

/** Threads that want a core at the same time: the router is one of them. */
export function threadsOf({ producers, consumers, routed }: Cell): number {
  return producers + consumers + (routed ? 1 : 0);
}
