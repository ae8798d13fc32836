import { ALLOCATION_FLAGS, allocation } from './measurements/allocation.js';
import { coldKeys } from './measurements/cold-keys.js';
import { portsRouted } from './measurements/ports-routed.js';
import { throughput } from './measurements/queue.js';
import { routed } from './measurements/routed.js';
import { wake } from './measurements/wake.js';

/** A figure that one run of a fresh process measures. */
export interface MeasuredRow {
  readonly name: string;
  readonly unit: string;
  /** What is asked for; for a cost, at most this. */
  readonly asked?: number;
  /** Flags that Node is started with. */
  readonly nodeFlags?: readonly string[];
  measure(): Promise<number>;
}

/** The ratio of two figures of the same round. */
export interface RatioRow {
  readonly name: string;
  readonly unit: 'times';
  readonly asked: number;
  readonly over: readonly [numerator: string, denominator: string];
}

export type Row = MeasuredRow | RatioRow;

const MESSAGES_A_SECOND = 'messages/s';

/** Every row of docs/performance.md, in its order. */
export const ROWS: readonly Row[] = [
  ...[1, 2, 4].map(producers => ({
    name: `mailbox-${producers}p`,
    unit: MESSAGES_A_SECOND,
    asked: 20e6,
    measure: () => throughput('mailbox', producers, 64, 24e6),
  })),
  {
    name: 'mailbox-1p-unbatched',
    unit: MESSAGES_A_SECOND,
    asked: 6e6,
    measure: () => throughput('mailbox', 1, 1, 6e6),
  },
  ...[1, 2, 4].map(producers => ({
    name: `locked-${producers}p`,
    unit: MESSAGES_A_SECOND,
    measure: () => throughput('locked', producers, 1, 2e6),
  })),
  ...[1, 2, 4].map(producers => ({
    name: `mailbox-over-locked-${producers}p`,
    unit: 'times' as const,
    asked: 8,
    over: [`mailbox-${producers}p`, `locked-${producers}p`] as const,
  })),
  {
    name: 'routed-1p1c',
    unit: MESSAGES_A_SECOND,
    asked: 8e6,
    measure: () => routed({ publishers: 1, consumers: 1, bytes: 32, messages: 12e6, keys: 4 }),
  },
  {
    name: 'routed-2p2c',
    unit: MESSAGES_A_SECOND,
    asked: 7e6,
    measure: () => routed({ publishers: 2, consumers: 2, bytes: 32, messages: 12e6, keys: 4 }),
  },
  { name: 'message-port-1p1c', unit: MESSAGES_A_SECOND, measure: () => portsRouted(32, 600_000) },
  { name: 'routed-over-message-port', unit: 'times', asked: 25, over: ['routed-1p1c', 'message-port-1p1c'] },
  { name: 'routed-cold-keys', unit: MESSAGES_A_SECOND, asked: 0.7e6, measure: coldKeys },
  {
    name: 'routed-1kib',
    unit: MESSAGES_A_SECOND,
    asked: 1e6,
    measure: () => routed({ publishers: 1, consumers: 1, bytes: 1024, messages: 4e6, keys: 4 }),
  },
  {
    name: 'routed-64kib',
    unit: 'bytes/s',
    asked: 2e9,
    measure: async () =>
      65_536 * (await routed({ publishers: 1, consumers: 1, bytes: 65_536, messages: 2e5, keys: 4 })),
  },
  { name: 'wake-blocking', unit: 'microseconds', asked: 40, measure: () => wake('blocking') },
  { name: 'wake-event-loop', unit: 'microseconds', asked: 60, measure: () => wake('event-loop') },
  {
    name: 'allocation',
    unit: 'bytes/message',
    asked: 0,
    nodeFlags: ALLOCATION_FLAGS,
    measure: allocation,
  },
];
