import type { SentTally } from './outbox.js';
import type { TallyReport } from './tally.js';

/** What went in and what came out. */
export interface Evidence {
  /** Of each publisher. */
  readonly sent: readonly SentTally[];
  /** Of each consumer. */
  readonly received: readonly TallyReport[];
  /** Messages sent that each binding takes. */
  readonly perBinding: readonly { readonly pattern: string; readonly messages: number }[];
}

/**
 * Says whether what came out is exactly what went in: each message once, unchanged, in a queue that its key is bound
 * to, and at each consumer in the order of its publisher.
 *
 * @returns what is wrong, a sentence each; empty if nothing is
 */
export function faultsOf({ sent, received, perBinding }: Evidence): string[] {
  const faults: string[] = [];
  for (const consumer of received) {
    const index = received.filter(({ queue }) => queue === consumer.queue).indexOf(consumer);
    const name = `consumer ${index} of queue ${consumer.queue}`;
    if (consumer.corrupt > 0)
      faults.push(`${name} received ${messages(consumer.corrupt)} with a wrong checksum`);
    if (consumer.disordered > 0) {
      faults.push(`${name} received ${messages(consumer.disordered)} out of order or twice`);
    }
    if (consumer.misrouted > 0) {
      faults.push(`${name} received ${messages(consumer.misrouted)} of another queue`);
    }
    if (consumer.wrongKey > 0) {
      faults.push(`${name} received ${messages(consumer.wrongKey)} with another routing key than published`);
    }
  }
  faults.push(...countFaults(sent, received));
  for (const [index, binding] of perBinding.entries()) {
    const came = total(received.map(consumer => consumer.perBinding[index]!));
    if (came !== binding.messages) {
      faults.push(`binding ${binding.pattern} took ${came} of ${messages(binding.messages)}`);
    }
  }
  return faults;
}

function countFaults(sent: readonly SentTally[], received: readonly TallyReport[]): string[] {
  const faults: string[] = [];
  // Whose a corrupt message was cannot be known, so it may stand for one that is missing.
  let corrupt = total(received.map(consumer => consumer.corrupt));
  for (const [publisher, { messages: went, sum }] of sent.entries()) {
    const came = total(received.map(consumer => consumer.messages[publisher]!));
    const cameSum = received.reduce((sums, consumer) => (sums + consumer.sums[publisher]!) | 0, 0);
    if (came > went) {
      faults.push(`publisher ${publisher}: ${messages(went)} went in, ${came} came out: some came twice`);
    } else if (came < went) {
      const lost = Math.max(0, went - came - corrupt);
      corrupt = Math.max(0, corrupt - (went - came));
      if (lost > 0) faults.push(`publisher ${publisher}: ${lost} of ${messages(went)} were lost`);
    } else if (cameSum !== sum) {
      faults.push(
        `publisher ${publisher}: ${messages(went)} went in and as many came out, but not the same ones: ` +
          'some were lost, others came twice',
      );
    }
  }
  return faults;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}
