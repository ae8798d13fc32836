import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type ComparisonOptions, compare } from '../comparison/comparison.js';
import { splitLines } from '../comparison/line-work.js';
import type { Source } from '../comparison/plan.js';
import { type Report, type RunReport, summarize } from '../comparison/report.js';
import { renderReport } from '../comparison/report-text.js';
import { rounded } from '../comparison/table.js';
import { systemErrorReason } from '../system-error.js';
import { checkWritable } from './check-writable.js';
import { type CompareOptions, DEFAULT_BODY, DEFAULT_MESSAGES, MAX_MESSAGES } from './compare-command.js';
import { progressDisplay } from './progress.js';
import { onSignal } from './signals.js';
import { UsageError } from './usage-error.js';

/** Milliseconds without any message after which a run is given up. */
const PATIENCE = 10_000;
/** The same where a message is lost on purpose. */
const SHORT_PATIENCE = 1500;
/** Bytes of an input file, and of one of its lines: every publisher holds its part of the file in memory. */
const MAX_FILE_BYTES = 256 << 20;
const MAX_LINE_BYTES = 16 << 20;

/**
 * Runs `ringmq compare`.
 *
 * @returns the exit code
 * @throws UsageError
 */
export async function runCompare(options: CompareOptions): Promise<number> {
  const comparison: ComparisonOptions = {
    designs: options.designs,
    source: sourceOf(options),
    publishers: options.publishers,
    consumers: options.consumers,
    runs: options.runs,
    seconds: options.seconds,
    patience: options.fault === 'lose' ? SHORT_PATIENCE : PATIENCE,
    fault: options.fault,
  };
  if (options.json !== undefined) checkWritable(options.json);
  const report = await compareWatched(comparison);
  console.log(renderReport(report, summarize(report.runs)));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  return tellFaults(report);
}

async function compareWatched(comparison: ComparisonOptions): Promise<Report> {
  const total = comparison.designs.length * comparison.runs;
  const display = progressDisplay(total);
  // Gives the cursor back, then lets the signal do what it does.
  using _ = onSignal(signal => {
    display.stop();
    process.kill(process.pid, signal);
  });
  try {
    return await compare(comparison, {
      progress: (design, done) => display.show(done, design),
      runDone(run, done) {
        display.show(done, run.design);
        display.line(`run ${done} of ${total}: ${runLine(run)}`);
      },
    });
  } finally {
    display.stop();
  }
}

function runLine({ design, messagesPerSecond, verified }: RunReport): string {
  const speed = messagesPerSecond === null ? 'failed' : `${rounded(messagesPerSecond, 3)} messages/s`;
  return `${design}, ${speed}, ${verified ? 'verified' : 'NOT VERIFIED'}`;
}

/** Says what went wrong, run by run. */
function tellFaults({ runs }: Report): number {
  for (const [index, { design, faults }] of runs.entries()) {
    for (const fault of faults) console.error(`error: run ${index + 1}, ${design}: ${fault}`);
  }
  return runs.every(run => run.verified) ? 0 : 1;
}

function sourceOf({ input, repeat, messages, body }: CompareOptions): Source {
  if (input === undefined) {
    if (repeat !== undefined)
      throw new UsageError('--repeat needs --input: it says how often to send a file.');
    return { kind: 'generated', messages: messages ?? DEFAULT_MESSAGES, bodyBytes: body ?? DEFAULT_BODY };
  }
  if (messages !== undefined) {
    throw new UsageError(
      '--messages does not go with --input: the file says how many there are. Use --repeat.',
    );
  }
  if (body !== undefined) throw new UsageError('--body does not go with --input: the lines are the bodies.');
  const source = { kind: 'file', path: input, repeat: repeat ?? 1 } as const;
  checkFile(source.path, source.repeat);
  return source;
}

/** @throws UsageError unless the lines of the file can be sent */
function checkFile(path: string, repeat: number): void {
  const file = readFile(path);
  if (file.length === 0) throw new UsageError(`'${path}' is empty: there is no line to send.`);
  const { lengths } = splitLines(file);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest > MAX_LINE_BYTES) {
    throw new UsageError(`'${path}' has a line of ${longest} bytes; at most ${MAX_LINE_BYTES} are possible.`);
  }
  if (lengths.length * repeat > MAX_MESSAGES) {
    throw new UsageError(
      `${repeat} times '${path}' are ${lengths.length * repeat} messages; at most ${MAX_MESSAGES} are possible.`,
    );
  }
}

function readFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) {
      throw new UsageError(`'${path}' has ${size} bytes; at most ${MAX_FILE_BYTES} are possible.`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`'${path}' cannot be read: ${systemErrorReason(error)}.`);
  }
}
