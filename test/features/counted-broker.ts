import { expect, onTestFinished } from 'vitest';
import { type BrokerOptions, type BrokerStats, connect, type Message, type Session } from '#src/index.js';
import { eventually, withBroker } from '../client/with-broker.js';

export interface CountedBroker {
  readonly handle: SharedArrayBuffer;
  readonly session: Session;
  /** One more session of this thread. */
  another(): Session;
}

/**
 * A broker whose books must balance when the test ends: every queue knows what became of each of its messages, and
 * when the sessions and the queues are gone no large body is held any more, and no memory is in use.
 */
export async function withCountedBroker(options: BrokerOptions = {}): Promise<CountedBroker> {
  const { broker, session } = await withBroker({ memory: 64 << 20, ...options });
  const sessions = [session];
  onTestFinished(async () => {
    const auditor = connect(broker.handle);
    expectBalance(await auditor.stats());
    for (const each of sessions) await each.close();
    for (const { name } of (await auditor.stats()).queues) await auditor.deleteQueue(name);
    const used = ({ largeBodies, messageBytes, pagesInUse }: BrokerStats) =>
      largeBodies + messageBytes + pagesInUse;
    await eventually('nothing is in use', async () => used(await auditor.stats()) === 0);
  });
  const another = (): Session => {
    const one = connect(broker.handle);
    sessions.push(one);
    return one;
  };
  return { handle: broker.handle, session, another };
}

/** What was published to a queue waits, is with a consumer, or ended in one of four ways. */
export function expectBalance({ queues }: BrokerStats): void {
  for (const queue of queues) {
    const { ready, unacknowledged, acknowledged, dropped, deadLettered, purged } = queue;
    const accounted = ready + unacknowledged + acknowledged + dropped + deadLettered + purged;
    expect(accounted, `messages of '${queue.name}': ${JSON.stringify(queue)}`).toBe(queue.published);
  }
}

/** Counters of one queue. */
export async function countersOf(session: Session, queue: string) {
  const found = (await session.stats()).queues.find(each => each.name === queue);
  expect(found, `queue '${queue}'`).toBeDefined();
  return found!;
}

/** All that waits in a queue, taken out of it. */
export async function drain(session: Session, queue: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const message = await session.get(queue, { noAck: true });
    if (message === undefined) return messages;
    messages.push(message);
  }
}

/** The bodies of all that waits in a queue, taken out of it. */
export async function drainTexts(session: Session, queue: string): Promise<string[]> {
  return (await drain(session, queue)).map(message => message.text());
}

/** The next message of a queue, as soon as one comes; it is taken out. */
export function arrival(session: Session, queue: string): Promise<Message> {
  return eventually(`a message comes to '${queue}'`, () => session.get(queue, { noAck: true }));
}
