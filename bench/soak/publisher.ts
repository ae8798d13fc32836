import { setTimeout as delay } from 'node:timers/promises';
import { BodyWriter } from './body.js';
import { NEWS, ownQueue, WORK, WORK_DISPATCHES } from './names.js';
import { Participant } from './participant.js';
import { below, oncePer, oneOf } from './random.js';

/** Messages that are published before their confirms are awaited. */
const MOST_AT_ONCE = 200;
const REST_WHILE_HELD = 10;
/** Milliseconds after which one that waits for confirms looks whether it is doomed. */
const PATIENCE = 20;

const participant = new Participant();
const { session, board, thread, place, random } = participant;
const way = oneOf(random, ['blocking', 'event-loop', 'one by one'] as const);
const whenFull = way === 'event-loop' ? oneOf(random, ['block', 'return'] as const) : 'block';
/** Milliseconds that it rests at most after each batch. */
const longestRest = oneOf(random, [0, 2, 10]);
const bodies = new BodyWriter(random);
const sleeper = new Int32Array(new SharedArrayBuffer(4));

session.on('return', message =>
  board.fault('came back although a queue takes it', thread, message.int32At(4)),
);
await session.declareQueue(ownQueue(thread), { exclusive: true });
const work = await session.publisher(WORK, { confirm: true, mandatory: oncePer(random, 2), whenFull });
const news = await session.publisher(NEWS, { confirm: true });
let newsPublished = 0;
participant.started();

while (!participant.leaves) {
  participant.step();
  if (!board.begin(place)) {
    await rest(REST_WHILE_HELD);
    continue;
  }
  if (oncePer(random, 8)) news.publish('', bodies.write(WORK_DISPATCHES.length, newsPublished++, thread));
  const count = 1 + below(random, MOST_AT_ONCE);
  const first = board.takeNumbers(count);
  if (way === 'blocking') publishBlocking(first, count);
  else if (way === 'event-loop') await publish(first, count);
  else await publishOneByOne(first, count);
  board.confirmed(first, count);
  board.end(place);
  await rest(random() * longestRest);
}
await session.close();

function publishBlocking(first: number, count: number): void {
  for (let number = first; number < first + count; number++) {
    participant.step();
    work.publish(...message(number));
  }
  while (!work.waitForConfirms(PATIENCE)) participant.step();
}

async function publish(first: number, count: number): Promise<void> {
  for (let number = first; number < first + count; number++) {
    participant.step();
    const [key, body] = message(number);
    while (!work.publish(key, body)) await work.ready();
  }
  await work.confirmed();
  participant.step();
}

async function publishOneByOne(first: number, count: number): Promise<void> {
  const confirmed: Promise<void>[] = [];
  for (let number = first; number < first + count; number++) {
    participant.step();
    const [key, body] = message(number);
    confirmed.push(work.publishConfirmed(key, body));
  }
  await Promise.all(confirmed);
}

function message(number: number): [key: string, body: Uint8Array] {
  const queue = below(random, WORK_DISPATCHES.length);
  return [`${queue}`, bodies.write(queue, number, thread)];
}

/** Rests on this thread, or on its event loop. */
async function rest(milliseconds: number): Promise<void> {
  if (way === 'blocking') Atomics.wait(sleeper, 0, 0, milliseconds);
  else await delay(milliseconds);
}
