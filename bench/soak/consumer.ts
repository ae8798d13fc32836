import type { Message } from '../../src/index.js';
import { Intake } from './intake.js';
import { autoDeleteQueue, NEWS, ownQueue, WORK_DISPATCHES, workQueue } from './names.js';
import { endWith, Participant } from './participant.js';
import { below, oncePer, oneOf } from './random.js';
import { Settler } from './settler.js';

/** Messages that one consumer handles before the others of the thread have their turn. */
const TURN = 64;
/** Milliseconds without a message after which what was gathered is settled. */
const PATIENCE = 10;

const participant = new Participant();
const { session, thread, place, random } = participant;
const inPlace = oncePer(random, 3);
const way = oneOf(random, ['receive', 'receive', 'listen', 'listen', 'for await', 'poll'] as const);
/** The number of the queue for news is the one behind those for work. */
const news = WORK_DISPATCHES.length;

/** Every place has its work queue, so that none is ever without consumers for long. */
const workNumber = place % WORK_DISPATCHES.length;

const work = await intake(workQueue(workNumber), workNumber);
await session.declareQueue(ownQueue(thread), { exclusive: true, dispatch: oneOf(random, WORK_DISPATCHES) });
const own = await intake(ownQueue(thread), news);
await session.declareQueue(autoDeleteQueue(thread), {
  autoDelete: true,
  dispatch: oneOf(random, WORK_DISPATCHES),
});
const autoDelete = await intake(autoDeleteQueue(thread), news);
// Bound only now: a queue that never had a consumer would stay, and fill.
await session.bindQueue(ownQueue(thread), NEWS, '');
await session.bindQueue(autoDeleteQueue(thread), NEWS, '');
const intakes = [work, own, autoDelete];
/** What comes by session.get() has an order of its own. */
const pulled = new Intake(
  work.consumer,
  new Settler(work.consumer, random, 1, false),
  participant,
  workNumber,
);
let leaving = false;
participant.started();

if (way === 'receive') {
  receive();
} else {
  const timer = setInterval(rest, PATIENCE);
  await Promise.all(intakes.map(consume));
  clearInterval(timer);
}
await session.close();

async function intake(queue: string, number: number): Promise<Intake> {
  const prefetch = oneOf(random, [0, 1, 2, 7, 32, 256]);
  const ringBytes = 1 << (14 + below(random, 5));
  const consumer = await session.consume(queue, { prefetch, inPlace, ringBytes });
  return new Intake(consumer, new Settler(consumer, random, prefetch, inPlace), participant, number);
}

/** Blocks this thread while nothing comes. */
function receive(): void {
  while (!participant.leaves) {
    let received = 0;
    for (const each of intakes) {
      for (let left = TURN; left > 0; left--) {
        const message = each.consumer.tryReceive();
        if (message === undefined) break;
        each.take(message);
        participant.step();
        received++;
      }
    }
    if (received > 0) continue;
    for (const each of intakes) each.rest();
    const message = work.consumer.receive(PATIENCE);
    if (message !== undefined) work.take(message);
    participant.step();
  }
}

/** Receives on the event loop until the consumer is cancelled. */
async function consume(each: Intake): Promise<void> {
  const { consumer } = each;
  const handler = (message: Message): void => {
    each.take(message);
    step();
  };
  if (way === 'for await') {
    for await (const message of consumer) handler(message);
  } else if (way === 'poll') {
    await consumer.poll(handler, { manualAck: true, onError: endWith });
  } else if (inPlace || oncePer(random, 2)) {
    await consumer.listen(handler, { manualAck: true, onError: endWith });
  } else {
    await listenAsynchronously(each);
  }
}

/** Handlers that run side by side, and messages that are acknowledged when theirs is done. */
async function listenAsynchronously(each: Intake): Promise<void> {
  await each.consumer.listen(
    async message => {
      each.note(message);
      if (oncePer(random, 4)) await new Promise(resolve => setImmediate(resolve));
      step();
    },
    { concurrency: 1 + below(random, 8), onError: endWith },
  );
}

/** Settles what was gathered, or leaves if it is time. */
function rest(): void {
  step();
  if (!participant.leaves) {
    for (const each of intakes) each.rest();
    if (oncePer(random, 4)) pull().catch(endWith);
  } else if (!leaving) {
    leaving = true;
    for (const each of intakes) void each.consumer.cancel();
  }
}

/** Takes one message without a consumer. */
async function pull(): Promise<void> {
  const message = await session.get(workQueue(workNumber));
  if (message === undefined) return;
  pulled.note(message);
  step();
  if (!session.closed) message.ack();
}

/** Ends the thread if it is time. Not by throwing here: what a handler throws is the consumer's affair. */
function step(): void {
  try {
    participant.step();
  } catch (error) {
    endWith(error);
  }
}
