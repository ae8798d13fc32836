import { Command, Option } from 'commander';
import { DESIGNS, type Design } from '../comparison/designs.js';
import { ENVELOPE_BYTES } from '../comparison/envelope.js';
import { FAULTS, type Fault } from '../comparison/fault.js';
import { integer, list, numberUpTo, oneOf } from './option-values.js';

/** What `ringmq compare` was told. */
export interface CompareOptions {
  publishers: number;
  consumers: number;
  body?: number;
  messages?: number;
  designs: Design[];
  input?: string;
  repeat?: number;
  json?: string;
  runs: number;
  seconds: number;
  fault?: Fault;
}

export const DEFAULT_BODY = 32;
export const DEFAULT_MESSAGES = 200_000;
/** Messages of one pass at most: sequences count those of some passes, and are int32s. */
export const MAX_MESSAGES = 100_000_000;
const MAX_BODY = 1 << 20;
/** Threads of a kind: as many consumers as a shared ring can have. */
const MAX_THREADS = 64;

export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare queue designs on the same routed work: publishers in threads, a router, a topic exchange, ' +
        'queues, consumers in threads.',
    )
    .option('--publishers <n>', 'publisher threads', integer(1, MAX_THREADS), 2)
    .option('--consumers <n>', 'consumer threads on each queue', integer(1, MAX_THREADS), 2)
    .option(
      '--body <bytes>',
      `bytes of a generated body, ${ENVELOPE_BYTES} of which say who sent it (default: ${DEFAULT_BODY})`,
      integer(ENVELOPE_BYTES, MAX_BODY),
    )
    .option('--messages <n>', `generated messages (default: ${DEFAULT_MESSAGES})`, integer(1, MAX_MESSAGES))
    .addOption(
      new Option('--designs <list>', 'designs, separated by commas')
        .argParser(list(oneOf('design', DESIGNS)))
        .default([...DESIGNS], 'all'),
    )
    .option('--input <file>', 'send the lines of this file instead of generated messages')
    .option('--repeat <n>', 'send the file so many times (default: 1)', integer(1, MAX_MESSAGES))
    .option('--runs <n>', 'runs of each design; the table shows their medians', integer(1, 1000), 3)
    .option('--seconds <n>', 'send the messages again until a run has lasted so long', numberUpTo(3600), 1)
    .option('--json <file>', 'write every run to this file')
    .addOption(new Option('--fault <kind>').choices(FAULTS).hideHelp())
    .addHelpText('after', EXPLANATION)
    .action(async (options: CompareOptions) => {
      const { runCompare } = await import('./compare.js');
      process.exitCode = await runCompare(options);
    });
}

const EXPLANATION = `
Designs:
  queue-per-consumer     broker, a ring for each consumer, round robin (the default of a queue)
  shared-locked          broker, one ring that all consumers share, a lock for each message
  shared-locked-batched  broker, the same, up to 64 messages a lock
  shared-lock-free       broker, one ring that all consumers share without a lock
  message-port           no shared memory: postMessage to the router and on to the consumers
  message-port-packed    the same, 64 messages in one Uint8Array

Every run is a process of its own, and the designs take turns. A run sends all messages once to warm up
(at most 100,000 of them), then again and again until --seconds have passed; each time counts as one
measurement, and the run's figure is their median. --seconds 0 measures one time.

Every message carries its publisher, a sequence number and a checksum, and every consumer checks all of
them: "verified" means that each message came exactly once, unchanged, to the right queue, and at each
consumer in the order of its publisher. If not, the exit code is 1.

Latency is from publish to receipt, of every 64th message. Publishers go as fast as they can, so it is
the time spent in queues that are as full as they get (at most 65,536 messages are under way), not the
time that one message takes through an idle broker.

Input: every line is a message; its bytes are not changed. In an access log (common or combined format)
its routing key is <method>.<status class>.<first path segment>, as in GET.4xx.presentations, and the
bindings are *.5xx.#, *.4xx.#, *.3xx.# and *.2xx.#, each of a queue of its own. "-" stands for what is
missing, dots in the segment stay, percent signs are not decoded, the query is left off, and the key is cut
at 255 bytes. Lines of any other file get line.<first word> and go to one queue.

Exit codes: 0 verified, 1 a design lost, doubled, reordered or changed a message or failed, 2 bad options.`;
