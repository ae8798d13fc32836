import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { ENVELOPE_BYTES } from '#src/comparison/envelope.js';
import { lineWork } from '#src/comparison/line-work.js';
import { Outbox } from '#src/comparison/outbox.js';
import { Tally } from '#src/comparison/tally.js';
import { faultsOf } from '#src/comparison/verify.js';
import { countPerBinding } from '#src/comparison/work.js';

// Three, so that each publisher's messages reach both consumers of a queue.
const PUBLISHERS = 3;
const MESSAGES = 600;
const PATTERNS = ['*.5xx.#', '*.4xx.#', '*.3xx.#', '*.2xx.#'];
const LINE = (status: number) => `192.0.2.1 - - [t] "GET /x HTTP/1.1" ${status} 5 "-" "-"\n`;
const WORK = lineWork(
  Buffer.from(
    [500, 404, 304, 200]
      .map(LINE)
      .join('')
      .repeat(MESSAGES / 4),
  ),
  1,
);

/** A message on its way: a copy, because the publisher reuses its memory. */
interface Sent {
  body: Uint8Array;
  queue: number;
  key: string;
}

/** Publishes everything, lets `disturb` do what a broken design might, and hands it to two consumers a queue. */
function faultsAfter(disturb: (sent: Sent[]) => Sent[]): string[] {
  const outboxes = Array.from(
    { length: PUBLISHERS },
    (_, publisher) => new Outbox(WORK, publisher, PUBLISHERS),
  );
  const sent = Array.from({ length: MESSAGES }, (_, index): Sent => {
    const outbox = outboxes[index % PUBLISHERS]!;
    const body = outbox.stamp();
    const key = outbox.keys[body]!;
    return { body: outbox.bodies[body]!.slice(), queue: WORK.bindingOfKey[key]!, key: WORK.keys[key]! };
  });
  const consumers = WORK.queues.map((_, queue) =>
    [0, 1].map(() => {
      const work = { ...WORK, queue, publishers: PUBLISHERS };
      return { tally: new Tally(work, createHistogram()), taken: 0 };
    }),
  );
  const turns = WORK.queues.map(() => 0);
  for (const { body, queue, key } of disturb(sent)) {
    const { tally } = consumers[queue]![turns[queue]!++ % 2]!;
    const words = new Int32Array((body.length + 7) >>> 2);
    new Uint8Array(words.buffer).set(body);
    if (tally.takeWords(words, 0, body.length)) tally.takeSample(0, words[1]!, key);
  }
  return faultsOf({
    sent: outboxes.map(outbox => outbox.tally),
    received: consumers.flat().map(({ tally }) => tally.report()),
    perBinding: countPerBinding(WORK, PUBLISHERS, MESSAGES).map((messages, index) => ({
      pattern: PATTERNS[index]!,
      messages,
    })),
  });
}

/** Index of the first message behind the middle that goes to `queue`. */
function inMiddle(sent: Sent[], queue: number): number {
  return sent.findIndex((message, index) => index >= MESSAGES / 2 && message.queue === queue);
}

test('what came out is what went in', () => {
  expect(faultsAfter(sent => sent)).toEqual([]);
});

test('a lost message', () => {
  expect(faultsAfter(sent => sent.toSpliced(100, 1))).toEqual([
    'publisher 1: 1 of 200 messages were lost',
    'binding *.4xx.# took 149 of 150 messages',
  ]);
});

test('the last message, lost', () => {
  expect(faultsAfter(sent => sent.slice(0, -1))).toContain('publisher 2: 1 of 200 messages were lost');
});

test('all messages, lost', () => {
  expect(faultsAfter(() => [])).toContain('publisher 1: 200 of 200 messages were lost');
});

test('a message that one consumer received twice', () => {
  // The turns between the two consumers go on, so that two copies behind it is the same consumer.
  const faults = faultsAfter(sent => sent.toSpliced(101, 0, sent[100]!, sent[100]!));
  expect(faults).toContain('consumer 1 of queue 1 received 1 message out of order or twice');
  expect(faults).toContain('publisher 1: 200 messages went in, 202 came out: some came twice');
});

test('a message that two consumers received', () => {
  expect(faultsAfter(sent => [...sent, sent.at(-1)!])).toEqual([
    'publisher 2: 200 messages went in, 201 came out: some came twice',
    'binding *.2xx.# took 151 of 150 messages',
  ]);
});

test('a message that was lost while another came twice', () => {
  // The copy goes to the other consumer, and to the same binding: all counts are right.
  const faults = faultsAfter(sent => {
    const at = inMiddle(sent, 0);
    return sent.with(at + 4 * PUBLISHERS, sent[at]!);
  });
  expect(faults).toEqual([
    'publisher 0: 200 messages went in and as many came out, but not the same ones: some were lost, others came twice',
  ]);
});

test('a message that came too late', () => {
  const faults = faultsAfter(sent => {
    const late = inMiddle(sent, 2);
    return [...sent.toSpliced(late, 1), sent[late]!];
  });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^consumer \d of queue 2 received 1 message out of order or twice$/);
});

test('a changed byte', () => {
  const faults = faultsAfter(sent => {
    const at = inMiddle(sent, 3);
    sent[at]!.body[ENVELOPE_BYTES + 3]! ^= 0x10;
    return sent;
  });
  expect(faults).toHaveLength(2);
  expect(faults[0]).toMatch(/^consumer \d of queue 3 received 1 message with a wrong checksum$/);
  expect(faults[1]).toBe('binding *.2xx.# took 149 of 150 messages');
});

test('a body that was cut off, down to nothing', () => {
  for (const bytes of [0, 3, ENVELOPE_BYTES, ENVELOPE_BYTES + 5]) {
    const faults = faultsAfter(sent => {
      const at = inMiddle(sent, 1);
      return sent.with(at, { ...sent[at]!, body: sent[at]!.body.slice(0, bytes) });
    });
    expect(faults[0]).toMatch(/with a wrong checksum$/);
  }
});

test('a message in the wrong queue', () => {
  const faults = faultsAfter(sent => {
    const at = inMiddle(sent, 1);
    return sent.with(at, { ...sent[at]!, queue: 3 });
  });
  expect(faults.some(fault => /of queue 3 received 1 message of another queue$/.test(fault))).toBe(true);
});

test('a message with another routing key', () => {
  const faults = faultsAfter(sent => sent.with(0, { ...sent[0]!, key: 'GET.2xx.y' }));
  expect(faults).toEqual([
    'consumer 0 of queue 0 received 1 message with another routing key than published',
  ]);
});

test('a message of nobody', () => {
  const outbox = new Outbox(WORK, PUBLISHERS, PUBLISHERS + 1);
  const body = outbox.bodies[outbox.stamp()]!.slice();
  const faults = faultsAfter(sent => [...sent, { body, queue: 0, key: 'GET.5xx.x' }]);
  expect(faults).toEqual([
    expect.stringMatching(/^consumer \d of queue 0 received 1 message with a wrong checksum$/),
  ]);
});
