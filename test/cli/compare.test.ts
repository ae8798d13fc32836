import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESIGNS } from '#src/comparison/designs.js';
import { FAULTS } from '#src/comparison/fault.js';
import type { Report } from '#src/comparison/report.js';
import { ringmq } from './ringmq.js';

const LOG = fileURLToPath(new URL('../comparison/fixtures/access-log.txt', import.meta.url));
/** Every design, once, without repeating the work. */
const BRIEFLY = ['compare', '--runs', '1', '--seconds', '0'];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmq-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function report(name: string, ...args: string[]): Promise<{ report: Report; stdout: string }> {
  const path = join(folder, name);
  const { code, stdout, stderr } = await ringmq(...BRIEFLY, '--json', path, ...args);
  expect(code, stderr).toBe(0);
  return { report: JSON.parse(readFileSync(path, 'utf8')) as Report, stdout };
}

test('every design delivers exactly what went in', async () => {
  const { report: written, stdout } = await report('all.json', '--messages', '5000', '--body', '41');
  expect(written.machine).toMatchObject({ node: process.version, cores: expect.any(Number) });
  expect(written.workload).toMatchObject({ kind: 'generated', publishers: 2, consumers: 2, messages: 5000 });
  expect(written.runs.map(run => run.design)).toEqual([...DESIGNS]);
  for (const run of written.runs) {
    expect(run).toMatchObject({ publishers: 2, consumers: 2, bodyBytes: 41, messages: 5000, verified: true });
    expect(run.messagesPerSecond).toBeCloseTo(5000 / run.seconds!);
    const { p50, p99, max } = run.latencyMicroseconds;
    expect(p50).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50!);
    expect(max).toBeGreaterThanOrEqual(p99!);
    expect(run.cpuSecondsPerMillion).toBeGreaterThan(0);
    expect(stdout).toMatch(new RegExp(`^${run.design} .* yes$`, 'm'));
  }
  expect(written.bindings.map(({ messages }) => messages).reduce((a, b) => a + b)).toBe(5000);
});

test('bodies beyond what a ring takes, more threads than messages, more rounds than one', async () => {
  const designs = ['queue-per-consumer', 'shared-lock-free', 'message-port-packed'];
  const few = ['--messages', '3', '--publishers', '4', '--consumers', '3', '--body', '70001'];
  const { report: written } = await report('few.json', ...few, '--runs', '2', '--designs', designs.join());
  expect(written.runs.map(run => run.design)).toEqual([...designs, ...designs]);
  expect(written.runs.every(run => run.verified)).toBe(true);
});

test('an access log is sorted by status class, alike in every design', async () => {
  const { report: written, stdout } = await report(
    'log.json',
    '--input',
    LOG,
    '--repeat',
    '30',
    '--consumers',
    '1',
  );
  expect(written.workload).toMatchObject({ kind: 'access-log', repeat: 30, messages: 300, queues: 4 });
  expect(written.runs.filter(run => run.verified)).toHaveLength(DESIGNS.length);
  expect(written.bindings).toEqual([
    { pattern: '*.5xx.#', messages: 30 },
    { pattern: '*.4xx.#', messages: 90 },
    { pattern: '*.3xx.#', messages: 60 },
    { pattern: '*.2xx.#', messages: 120 },
  ]);
  expect(stdout).toMatch(/^\*\.4xx\.# +90 +=? 30 x 3$/m);
});

test('any bytes pass through as lines', async () => {
  const input = join(folder, 'bytes.bin');
  writeFileSync(input, Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) >>> 5)));
  const { report: written } = await report(
    'bytes.json',
    '--input',
    input,
    '--designs',
    'shared-locked,message-port',
  );
  expect(written.bindings).toEqual([{ pattern: 'line.#', messages: written.workload.messages }]);
});

test.each(FAULTS)('a design that would %s a message is found out', async fault => {
  const args = [
    '--messages',
    '4000',
    '--designs',
    'queue-per-consumer,message-port-packed',
    '--fault',
    fault,
  ];
  const { code, stdout, stderr } = await ringmq(...BRIEFLY, ...args);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^queue-per-consumer .* NO$/m);
  expect(stdout).toMatch(/^message-port-packed .* NO$/m);
  expect(stderr).toMatch(new RegExp(`^error: run 1, queue-per-consumer: .*${SEEN[fault]}`, 'm'));
  expect(stderr).toMatch(new RegExp(`^error: run 2, message-port-packed: .*${SEEN[fault]}`, 'm'));
});

/** How each fault is reported. */
const SEEN = {
  lose: 'publisher 0: 1 of 4000 messages were lost',
  duplicate: 'publisher 0: 4000 messages went in, 4001 came out',
  delay: 'received 1 message out of order or twice',
  corrupt: 'received 1 message with a wrong checksum',
  misroute: 'received 1 message with another routing key than published',
} as const;
