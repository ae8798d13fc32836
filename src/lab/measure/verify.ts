import type { Received } from './tally.js';

/**
 * What is wrong with what came out, a sentence each. Each consumer saw the numbers of a producer in ascending order, so no
 * message came twice to one consumer; count and sum over all consumers then say that none was lost, and none came to two.
 *
 * @param sent messages of each producer
 */
export function faultsOf(sent: readonly number[], received: readonly Received[]): string[] {
  const faults: string[] = [];
  const total = (count: (consumer: Received) => number) =>
    received.reduce((sum, consumer) => sum + count(consumer), 0);
  for (const [producer, expected] of sent.entries()) {
    const missing = (expected - total(consumer => consumer.messages[producer]!)) | 0;
    if (missing !== 0)
      faults.push(`producer ${producer} sent ${expected} messages, and ${expected - missing} came`);
    else if ((total(consumer => consumer.sums[producer]!) | 0) !== sumBelow(expected)) {
      faults.push(`of producer ${producer} some messages were lost and as many came twice`);
    }
  }
  const disordered = total(consumer => consumer.disordered);
  if (disordered > 0) faults.push(`${disordered} messages came out of order or twice`);
  const corrupt = total(consumer => consumer.corrupt);
  if (corrupt > 0) faults.push(`${corrupt} messages were changed on the way`);
  return faults;
}

/** 0 + 1 + … + (count - 1), as an int32 that wraps. */
function sumBelow(count: number): number {
  const all = BigInt(count);
  return Number(BigInt.asIntN(32, (all * (all - 1n)) / 2n));
}
