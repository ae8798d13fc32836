import { expect, test } from 'vitest';
import { type Report, type RunReport, runReport, summarize } from '#src/comparison/report.js';
import { renderReport } from '#src/comparison/report-text.js';

const WORKLOAD = {
  kind: 'access-log',
  input: 'access.log',
  repeat: 20,
  publishers: 2,
  consumers: 1,
  queues: 2,
  routingKeys: 7,
  bodyBytes: 253,
  messages: 2000,
} as const;

function run(design: RunReport['design'], seconds: number, faults: string[] = []): RunReport {
  return runReport(design, WORKLOAD, {
    seconds,
    passes: 1,
    latencyMicroseconds: { p50: 1000 * seconds, p99: 2000 * seconds, max: 3000 * seconds },
    cpuSecondsPerMillion: seconds,
    perBinding: [60, 1940],
    faults,
  });
}

const REPORT: Report = {
  machine: {
    cpu: 'CPU',
    cores: 2,
    memoryBytes: 1,
    platform: 'linux x64',
    kernel: '6',
    node: 'v20.0.0',
    v8: '11',
  },
  workload: WORKLOAD,
  runs: [
    run('shared-locked', 1),
    run('queue-per-consumer', 0.5),
    run('shared-locked', 2),
    run('queue-per-consumer', 0.25, ['lost']),
    run('shared-locked', 4),
    runReport('queue-per-consumer', WORKLOAD, { failure: 'killed' }),
  ],
  bindings: [
    { pattern: '*.5xx.#', messages: 60 },
    { pattern: '*.2xx.#', messages: 1940 },
  ],
};

test('a design gets the medians of its runs, and is verified if all of them are', () => {
  expect(summarize(REPORT.runs)).toEqual([
    {
      design: 'shared-locked',
      messagesPerSecond: 1000,
      ratio: 1,
      p50: 2000,
      p99: 4000,
      cpuSecondsPerMillion: 2,
      verified: true,
    },
    {
      design: 'queue-per-consumer',
      messagesPerSecond: 6000,
      ratio: 6,
      p50: 375,
      p99: 750,
      cpuSecondsPerMillion: 0.375,
      verified: false,
    },
  ]);
});

test('the report as people see it', () => {
  expect(renderReport(REPORT, summarize(REPORT.runs))).toBe(
    `
access log access.log, 2,000 messages of 253 bytes (mean), 7 routing keys, 2 queues
2 publishers, 1 consumer on each queue, median of 3 runs
CPU, 2 cores, Node v20.0.0, linux x64

design              messages/s  x shared-locked  p50 us  p99 us  CPU s/million  verified
------------------  ----------  ---------------  ------  ------  -------------  --------
shared-locked            1,000             1.00   2,000   4,000           2.00       yes
queue-per-consumer       6,000             6.00     375     750           0.38        NO

binding  messages
-------  --------
*.5xx.#        60   = 20 x 3
*.2xx.#     1,940  = 20 x 97`.trimStart(),
  );
});

test('without the shared locked queue there is no ratio', () => {
  const runs = [run('message-port', 1)];
  const row = renderReport({ ...REPORT, runs }, summarize(runs))
    .split('\n')
    .find(line => /^message-port/.test(line));
  expect(row?.split(/ +/)[2]).toBe('-');
});

test('of a run that failed nothing is claimed', () => {
  expect(REPORT.runs.at(-1)).toMatchObject({
    seconds: null,
    messagesPerSecond: null,
    latencyMicroseconds: { p50: null, p99: null, max: null },
    verified: false,
    faults: ['killed'],
  });
});
