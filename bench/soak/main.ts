import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { soak } from './soak.js';

const program = new Command('soak')
  .description('Ends publisher and consumer threads at random moments, under load: no message may be lost.')
  .option('--terminations <count>', 'threads to end', parseCount, 500)
  .option('--seed <seed>', 'decides the random choices (not the timing)', parseCount, randomInt(1, 1 << 30))
  .option('--seconds <limit>', 'ends the run after so long, even with fewer terminations', parseCount, 600)
  .parse();
const options = program.opts<{ terminations: number; seed: number; seconds: number }>();

console.log(`soak: seed ${options.seed}`);
const result = await soak(options, console.log);
const { terminate, exit, throw: thrown, close } = result.endings;
console.log(
  `endings: ${terminate} terminate(), ${exit} process.exit(), ${thrown} throw; ${close} more in order`,
);
console.log(`buried, from the exit event: ${distribution(result.burials)}`);
console.log(`at rest, after the last end: ${distribution(result.rests)}`);
const { all, alarm } = result.looks;
console.log(
  `${result.redeliveries} redeliveries, ${result.news} news; the memory alarm was on in ${alarm} of ${all} looks; ` +
    `${result.seconds.toFixed(0)} s`,
);
for (const fault of result.faults) console.log(`fault: ${fault}`);
console.log(
  `soak: ${result.terminations} terminations, ${result.messages} messages, ${result.lost} lost, ` +
    `${result.duplicates} duplicates without redelivered, seed ${options.seed}`,
);
if (result.faults.length > 0) process.exitCode = 1;

function distribution(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`;
}

function parseCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= 1 << 30) return count;
  throw new InvalidArgumentError(`It must be an integer from 1 to ${1 << 30}.`);
}
