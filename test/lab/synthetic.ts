import type { Cell, Wait } from '#src/lab/cell.js';
import { designLabel, threadsOf } from '#src/lab/cell.js';
import { PRESETS } from '#src/lab/presets/presets.js';
import { type Latency, type Results, type Run, resultsSchema, type ThreadRecord } from '#src/lab/results.js';
import { jainIndex } from '#src/statistics/jain.js';
import { randomNumbers } from '#src/statistics/random.js';
import { results } from './build-results.js';

/** Results as a lab could have left them, made up: for the tests of what is done with results. */

/** The cells of a preset. */
export function presetCells(name: string, cores = 2, threads = 4): Cell[] {
  return PRESETS.find(preset => preset.name === name)!.cells(cores, threads);
}

export interface SyntheticOptions {
  readonly rounds?: number;
  readonly cores?: number;
  readonly seed?: number;
  /** What is to be different in a run. */
  readonly change?: (run: Run) => Run;
}

/** What a lab with these cells could have measured, the same each time. */
export function syntheticResults(
  preset: string,
  cells: readonly Cell[],
  { rounds = 5, cores = 2, seed = 1, change = run => run }: SyntheticOptions = {},
): Results {
  const random = randomNumbers(seed);
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round++) {
    const machineSpeed = 1 + 0.2 * (random() - 0.5);
    for (const each of cells) runs.push(change(runOf(each, round, runs.length, machineSpeed, cores, random)));
  }
  const machine = {
    cpu: 'AMD EPYC 7B13',
    cores,
    memoryBytes: 8 * 2 ** 30,
    platform: 'linux x64',
    kernel: '6.1.0-18-amd64',
    node: 'v20.20.2',
    v8: '11.3.244.8-node.38',
  };
  const times = { startedAt: at(0), finishedAt: at(runs.length), budgetSeconds: runs.length * 2 };
  return resultsSchema.parse(results(runs, { preset, machine, rounds, ...times }));
}

function at(run: number): string {
  return new Date(Date.UTC(2026, 0, 5, 9, 30) + run * 2000).toISOString();
}

type Random = () => number;

function runOf(each: Cell, round: number, index: number, speed: number, cores: number, random: Random): Run {
  const noise = (spread: number) => Math.exp(spread * (random() + random() + random() - 1.5));
  const capacity = capacityOf(each, cores) * speed * noise(0.15);
  const throughput = each.rate === null ? capacity : Math.min(each.rate * (1 - 0.002 * random()), capacity);
  const threads = threadsFor(each, throughput, cores, random);
  const received = threads.filter(({ role }) => role === 'consumer').map(({ messages }) => messages);
  const total = received.reduce((sum, messages) => sum + messages, 0);
  return {
    cell: each,
    round,
    startedAt: at(index),
    verified: true,
    faults: [],
    sent: total,
    received: total,
    throughput,
    latency: each.rate === null ? null : latencyFor(each, capacity, total, noise(0.2)),
    fairness: total === 0 ? null : jainIndex(received),
    threads,
    timeline: each.lock === null || each.rate !== null ? null : timelineFor(each, random),
    load: {
      average: index === 0 ? 0.1 : Math.min(1.8, index / 10),
      steal: 0.01 * random(),
      others: 0.01 * random(),
    },
  };
}

/** Messages a second at most. */
function capacityOf(each: Cell, cores: number): number {
  const { batch, body, producers } = each;
  const name = designLabel(each);
  const [perMessage, perBatch, contention] = COSTS[name]!;
  const seconds = (perMessage + (0.1 * body) / 32 + perBatch / batch) * 1e-9;
  const over = threadsOf(each) > cores;
  const collapse = over && (each.lock === 'spin' || each.lock === 'ticket' || each.lock === 'mcs') ? 0.25 : 1;
  const lanes = Math.min(producers, cores / 2);
  return (collapse * lanes) / seconds / (1 + contention * (lanes - 1) + 0.002 * lanes * (lanes - 1));
}

/** Nanoseconds of a message, of a batch, and the part of the work that is serial. */
const COSTS: Readonly<Record<string, readonly [number, number, number]>> = {
  'queue-per-consumer': [14, 110, 0.03],
  'shared-lock-free': [18, 160, 0.15],
  'shared-locked (futex)': [20, 190, 0.35],
  'shared-locked (spin)': [19, 150, 0.5],
  'shared-locked (ticket)': [19, 165, 0.4],
  'shared-locked (mcs)': [20, 210, 0.2],
  'shared-locked (web-locks)': [40, 9000, 0.2],
  'message-port': [240, 3800, 0.1],
};

function threadsFor(each: Cell, throughput: number, cores: number, random: Random): ThreadRecord[] {
  const seconds = 1;
  const share = Math.min(1, cores / threadsOf(each));
  const messages = throughput * seconds;
  const spins = each.lock !== null && each.lock !== 'futex';
  const record = (role: ThreadRecord['role'], index: number, count: number, own: number): ThreadRecord => {
    const busy = Math.min(
      share,
      each.rate === null ? (spins ? 0.97 : 0.8) * share : idleShare(each.wait) + 0.1,
    );
    const cpuSeconds = seconds * busy * (0.95 + 0.05 * random());
    const acquisitions = each.lock === null ? 0 : Math.round((2 * own) / each.batch);
    const contended = Math.round(acquisitions * (0.1 + 0.4 * random()));
    return {
      role,
      index,
      messages: count,
      seconds,
      cpuSeconds,
      runQueueSeconds: Math.min(seconds - cpuSeconds, seconds * (1 - share) * 0.8 + 0.01),
      voluntarySwitches: Math.round(own / 4000),
      involuntarySwitches: Math.round(500 * (1 - share) + 20 * random()),
      idleCpuShare:
        role === 'consumer' && each.rate !== null ? idleShare(each.wait) * (0.9 + 0.1 * random()) : null,
      claims: each.design === 'message-port' ? null : Math.round((own / each.batch) * 1.1),
      failedClaims: each.design === 'message-port' ? null : Math.round((own / each.batch) * 0.1 * random()),
      sleeps: Math.round(own / 5000),
      wakes: Math.round(own / 4500),
      wakesNeeded: Math.round(own / 5200),
      spuriousWakes: Math.round(own / 60_000),
      lock:
        each.lock === null
          ? null
          : {
              acquisitions,
              contended: each.lock === 'web-locks' ? null : contended,
              timed: Math.round(acquisitions / 61),
              waitSeconds: seconds * (spins ? 0.45 : 0.25) * share * random(),
              holdSeconds: seconds * 0.3 * share,
            },
    };
  };
  const { producers, consumers } = each;
  const weights = Array.from({ length: consumers }, (_, index) =>
    each.design === 'queue-per-consumer' ? 1 : 1 + (each.lock === 'spin' ? 1.6 : 0.3) * index * random(),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return [
    ...Array.from({ length: producers }, (_, index) =>
      record('producer', index, Math.round(messages / producers), messages / producers),
    ),
    ...weights.map((weight, index) =>
      record('consumer', index, Math.round((messages * weight) / all), messages / consumers),
    ),
    ...(each.routed ? [record('router', 0, 0, messages)] : []),
  ];
}

function idleShare(wait: Wait): number {
  return { block: 0, 'event-loop': 0.0004, poll: 0.018, pull: 0.99, spin: 1 }[wait];
}

const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995];

function latencyFor(each: Cell, capacity: number, count: number, noise: number): Latency {
  const wakeUp = { block: 38, 'event-loop': 52, poll: 540, pull: 9, spin: 1.4 }[each.wait];
  const load = each.rate! / capacity;
  const own = each.design === 'message-port' ? 25 : each.design === 'shared-locked' ? 6 : 1;
  const base = (wakeUp + own) * noise * (each.routed ? 1.8 : 1);
  const queued = load >= 1 ? 4e5 * Math.min(1, load - 0.9) : (base * 0.6) / (1 - load);
  const atNines = (nines: number) => queued + base * (0.5 + 0.5 * nines + 0.35 * nines ** 3.2);
  const most = Math.log10(Math.max(10, count));
  return {
    count,
    p50: atNines(0.301),
    p90: atNines(1),
    p99: atNines(2),
    p999: atNines(3),
    max: atNines(most + 0.2),
    spectrum: [
      ...PERCENTILES.map((percentile): [number, number] => [
        percentile,
        atNines(-Math.log10(1 - percentile / 100)),
      ]),
      [100, atNines(most + 0.2)],
    ],
  };
}

/** Who held the lock for a millisecond: a fair lock goes round, the others stay with one thread for a while. */
function timelineFor(each: Cell, random: Random): [number, number, number][] {
  const threads = each.producers + each.consumers;
  const turn = each.lock === 'ticket' || each.lock === 'mcs' ? 1 : each.lock === 'spin' ? 12 : 5;
  const holds: [number, number, number][] = [];
  let thread = 0;
  for (let time = 500 + random(); time < 1500; ) {
    const length = 0.8 + 2.5 * random() + (random() < 0.01 ? 60 : 0);
    holds.push([thread, time, time + length]);
    time += length + 0.2 + 1.5 * random();
    if (random() < 1 / turn)
      thread = (thread + 1 + Math.floor(random() * Math.max(1, threads - 1))) % threads;
  }
  return holds;
}
