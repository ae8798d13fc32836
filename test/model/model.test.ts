import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { Broker, connect, type Session } from '#src/index.js';
import { type Operation, sequence } from './operations.js';
import { Performer } from './perform.js';
import { SideBySide } from './side-by-side.js';

/** How many random sequences; and the seed that was printed, to see the same ones again. */
const SEQUENCES = Number(process.env['RINGMQ_SEQUENCES'] ?? 5000);
const SEED = Number(process.env['RINGMQ_SEED'] ?? Math.floor(Math.random() * 0x7fffffff));

/** Milliseconds after which a sequence is taken to hang: it takes a few. Fewer once one hangs, to make that one shorter. */
let patience = 20_000;
let broker: Broker | undefined;
let observer: Session;
let sequences = 0;

afterAll(() => broker?.close());

/** One broker for all sequences. A failed one leaves it in disorder: then the next one gets another. */
async function run(operations: readonly Operation[]): Promise<void> {
  if (broker === undefined) {
    broker = await Broker.start({ memory: 256 << 20 });
    observer = connect(broker.handle);
  }
  const sides = new SideBySide(broker, observer, sequences++);
  try {
    await patiently(perform(sides, operations));
  } catch (error) {
    const failed = broker;
    broker = undefined;
    await failed.close();
    const steps = sides.log.map((what, i) => `${String(i + 1).padStart(5)}  ${what}`);
    throw new Error(`${steps.join('\n')}\n\nthen: ${(error as Error).message}`, { cause: error });
  }
}

async function perform(sides: SideBySide, operations: readonly Operation[]): Promise<void> {
  await sides.begin();
  const performer = new Performer(sides);
  for (const operation of operations) await performer.perform(operation);
  await performer.leave();
  await sides.end();
}

async function patiently(performance: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Not done in ${patience} ms.`));
      patience = 1000;
    }, patience);
  });
  await Promise.race([performance, impatience]).finally(() => clearTimeout(timer));
}

test('the broker does what a simple model of it does', { timeout: 60_000 + SEQUENCES * 40 }, async () => {
  console.log(`${SEQUENCES} random sequences, RINGMQ_SEED=${SEED}`);
  const result = await fc.check(fc.asyncProperty(sequence, run), { seed: SEED, numRuns: SEQUENCES });
  if (!result.failed) return;
  const { message } = result.errorInstance as Error;
  throw new Error(`RINGMQ_SEED=${SEED}, sequence ${result.numRuns}, made shorter:\n\n${message}`);
});
