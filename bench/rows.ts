import { ALLOCATION_FLAGS, allocation } from './measurements/allocation.js';
import { backlog, longestLoop } from './measurements/backlog.js';
import { coldKeys } from './measurements/cold-keys.js';
import { exchange, unbind } from './measurements/exchanges.js';
import { portsRouted } from './measurements/ports-routed.js';
import { throughput } from './measurements/queue.js';
import { routed } from './measurements/routed.js';
import { topology } from './measurements/topology.js';
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

/** The slowest of several rows over the fastest, by their medians: one round's extremes would be its noise. */
export interface SpreadRow {
  readonly name: string;
  readonly unit: 'times';
  readonly asked: number;
  readonly among: readonly string[];
}

export type Row = MeasuredRow | RatioRow | SpreadRow;

/** The measured rows that a row's figures come from. */
export function sources(row: Row): readonly string[] {
  if ('over' in row) return row.over;
  return 'among' in row ? row.among : [row.name];
}

const EXPOSE_GC = ['--expose-gc'];

const EXCHANGE_ROWS: readonly MeasuredRow[] = (['direct', 'fanout', 'topic', 'headers'] as const).flatMap(
  type =>
    [1, 100, 10_000].map(bindings => ({
      name: `exchange-${type}-${bindings}`,
      unit: 'messages/s',
      measure: () => exchange(type, bindings),
    })),
);

const MESSAGES_A_SECOND = 'messages/s';

const ACKNOWLEDGED = { publishers: 1, consumers: 1, bytes: 32, messages: 8e6, keys: 4, prefetch: 1000 };

/** Every row of docs/benchmarks.md, in its order. */
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
  {
    name: 'acknowledged-1p1c',
    unit: MESSAGES_A_SECOND,
    asked: 4e6,
    measure: () => routed({ ...ACKNOWLEDGED, confirm: false }),
  },
  {
    name: 'confirmed-1p1c',
    unit: MESSAGES_A_SECOND,
    asked: 3e6,
    measure: () => routed({ ...ACKNOWLEDGED, confirm: true }),
  },
  ...EXCHANGE_ROWS,
  { name: 'exchange-spread', unit: 'times', asked: 0.8, among: EXCHANGE_ROWS.map(row => row.name) },
  ...(['direct', 'fanout', 'topic', 'headers'] as const).map(type => ({
    name: `unbind-${type}-10000`,
    unit: 'milliseconds',
    asked: 1,
    measure: () => unbind(type),
  })),
  {
    name: 'topology-declare',
    unit: 'seconds',
    asked: 5,
    nodeFlags: EXPOSE_GC,
    measure: async () => (await topology()).declared,
  },
  {
    name: 'topology-delete',
    unit: 'seconds',
    asked: 5,
    nodeFlags: EXPOSE_GC,
    measure: async () => (await topology()).deleted,
  },
  {
    name: 'topology-memory',
    unit: 'times',
    asked: 1.1,
    nodeFlags: EXPOSE_GC,
    measure: async () => (await topology()).memory,
  },
  {
    name: 'routed-100b',
    unit: MESSAGES_A_SECOND,
    measure: () => routed({ publishers: 1, consumers: 1, bytes: 100, messages: 8e6, keys: 4 }),
  },
  { name: 'backlog-publish', unit: MESSAGES_A_SECOND, measure: async () => (await backlog()).publish },
  { name: 'backlog-drain', unit: MESSAGES_A_SECOND, measure: async () => (await backlog()).drain },
  { name: 'backlog-publish-over-empty', unit: 'times', asked: 0.7, over: ['backlog-publish', 'routed-100b'] },
  {
    name: 'backlog-publish-reserved',
    unit: MESSAGES_A_SECOND,
    measure: async () => (await backlog(800 * 2 ** 20)).publish,
  },
  {
    name: 'backlog-publish-reserved-over-empty',
    unit: 'times',
    asked: 0.7,
    over: ['backlog-publish-reserved', 'routed-100b'],
  },
  { name: 'backlog-drain-over-empty', unit: 'times', asked: 0.7, over: ['backlog-drain', 'routed-100b'] },
  { name: 'backlog-bytes', unit: 'bytes/message', asked: 200, measure: async () => (await backlog()).bytes },
  { name: 'router-loop-max', unit: 'milliseconds', asked: 10, measure: longestLoop },
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
