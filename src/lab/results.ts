import { z } from 'zod';
import { cellSchema } from './cell.js';

/**
 * What the lab leaves behind: `results.json`, one record for each run. `docs/lab/results.schema.json` is made from this
 * file. What could not be measured on a machine is null.
 */

export const RESULTS_FORMAT = 'ringmq-lab';
/** Changes whenever a reader of older files would misread newer ones, or the other way round. */
export const RESULTS_VERSION = 1;

const whole = z.int().min(0);
const seconds = z.number().min(0);
const share = z.number().min(0).max(1);

const latencySchema = z
  .strictObject({
    count: whole.describe('messages'),
    p50: z.number(),
    p90: z.number(),
    p99: z.number(),
    p999: z.number(),
    max: z.number(),
    spectrum: z
      .array(z.tuple([z.number(), z.number()]))
      .describe('pairs of percentile (0 to 100) and latency'),
  })
  .describe('microseconds from the intended time of sending to the receipt, in the measured window');

const threadSchema = z.strictObject({
  role: z.enum(['producer', 'consumer', 'router']),
  index: whole.describe('which of the threads of its role'),
  messages: whole.describe('sent or received in its window; 0 for a router'),
  seconds: seconds.describe('length of its window, by the clock'),
  cpuSeconds: seconds.nullable().describe('on a core in the window'),
  runQueueSeconds: seconds.nullable().describe('ready to run in the window, and waiting for a core'),
  voluntarySwitches: whole.nullable().describe('times it gave its core up in the window'),
  involuntarySwitches: whole.nullable().describe('times its core was taken away in the window'),
  idleCpuShare: z
    .number()
    .min(0)
    .nullable()
    .describe('processor time for each second before the first message came'),
  claims: whole.nullable().describe('tries to claim a frame or slot; null where the design has none'),
  failedClaims: whole.nullable().describe('those of them that another thread was faster with'),
  sleeps: whole.nullable().describe('times it went to sleep in Atomics.wait or waitAsync'),
  wakes: whole.nullable().describe('wake-ups that it sent'),
  wakesNeeded: whole.nullable().describe('those of them that woke somebody'),
  spuriousWakes: whole.nullable().describe('times it woke and found nothing'),
  lock: z
    .strictObject({
      acquisitions: whole,
      contended: whole.nullable().describe('those that found the lock taken; null for web-locks'),
      waitSeconds: seconds.describe('time between asking for a lock that was taken and having it'),
      timed: whole.describe('holds that were timed: every 31st'),
      holdSeconds: seconds.describe('time with the lock, estimated from those'),
    })
    .nullable(),
});

export const runSchema = z.strictObject({
  cell: cellSchema,
  round: z.int().min(1).describe('in each round every cell runs once'),
  startedAt: z.iso.datetime(),
  verified: z.boolean().describe('every message came exactly once, and in the order of its producer'),
  faults: z.array(z.string()).describe('what was wrong, a sentence each'),
  sent: whole.describe('messages of the whole run, the warm-up included'),
  received: whole,
  throughput: z
    .number()
    .min(0)
    .nullable()
    .describe('messages a second in the window; null if the run failed'),
  latency: latencySchema.nullable().describe('null where producers send as fast as they can'),
  fairness: share
    .nullable()
    .describe("Jain's index of the messages of the consumers; null if there were none"),
  threads: z.array(threadSchema),
  timeline: z
    .array(z.tuple([whole, z.number(), z.number()]))
    .nullable()
    .describe('who held the lock: index in threads, from, to, in microseconds; taken after the window'),
  load: z
    .strictObject({
      average: z.number().min(0).describe('load average of the last minute, before the run'),
      steal: share
        .nullable()
        .describe("part of the processors' time that the hypervisor took, during the run"),
      others: share
        .nullable()
        .describe("part of the processors' time that other processes took, during the run"),
    })
    .nullable(),
});

const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.int().min(1).describe('cores that this process may use'),
  memoryBytes: whole,
  platform: z.string(),
  kernel: z.string(),
  node: z.string(),
  v8: z.string(),
});

export const resultsSchema = z.strictObject({
  format: z.literal(RESULTS_FORMAT),
  version: z.literal(RESULTS_VERSION),
  ringmq: z.string().describe('version of RingMQ'),
  preset: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  machine: machineSchema,
  rounds: z.int().min(1),
  budgetSeconds: seconds.describe('time that the whole lab was to take'),
  interruptions: whole.describe('times that it was interrupted and continued'),
  skipped: z
    .array(z.strictObject({ cell: cellSchema, reason: z.string() }))
    .describe('cells that were not run, or not in every round'),
  runs: z.array(runSchema),
});

export type Latency = z.infer<typeof latencySchema>;
export type ThreadRecord = z.infer<typeof threadSchema>;
export type Run = z.infer<typeof runSchema>;
export type Machine = z.infer<typeof machineSchema>;
export type Results = z.infer<typeof resultsSchema>;
