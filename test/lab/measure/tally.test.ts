import { describe, expect, test } from 'vitest';
import { fillerOf, Tally } from '#src/lab/measure/tally.js';
import { faultsOf } from '#src/lab/measure/verify.js';

/** Two consumers and two producers: each consumer takes a list of [producer, sequence]. */
function faults(sent: number[], ...taken: [producer: number, sequence: number][][]): string[] {
  const reports = taken.map(messages => {
    const tally = new Tally(sent.length);
    for (const [producer, sequence] of messages) tally.take(producer, sequence, fillerOf(producer, sequence));
    return tally.report;
  });
  return faultsOf(sent, reports);
}

describe('what came out is compared with what went in', () => {
  test('everything came, to whichever consumer', () => {
    expect(
      faults(
        [3, 2],
        [
          [0, 0],
          [1, 1],
          [0, 2],
        ],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toEqual([]);
  });

  test('one is missing', () => {
    expect(faults([3], [[0, 0]], [[0, 2]])).toEqual(['producer 0 sent 3 messages, and 2 came']);
  });

  test('one came twice, and another one not at all', () => {
    expect(
      faults(
        [3],
        [
          [0, 0],
          [0, 2],
        ],
        [[0, 2]],
      ),
    ).toEqual(['of producer 0 some messages were lost and as many came twice']);
  });

  test('two are in the wrong order', () => {
    expect(
      faults(
        [2],
        [
          [0, 1],
          [0, 0],
        ],
      ),
    ).toEqual(['1 messages came out of order or twice']);
  });

  test('one came twice to the same consumer', () => {
    expect(
      faults(
        [2],
        [
          [0, 0],
          [0, 0],
          [0, 1],
        ],
      ),
    ).toContain('1 messages came out of order or twice');
  });

  test('one was changed', () => {
    const tally = new Tally(1);
    tally.take(0, 0, fillerOf(0, 0) + 1);
    expect(faultsOf([1], [tally.report])).toEqual(['1 messages were changed on the way']);
  });
});
