import { expect, onTestFinished } from 'vitest';
import {
  Broker,
  type BrokerOptions,
  type BrokerStats,
  connect,
  RingMQError,
  type Session,
} from '#src/index.js';

/** A broker that is closed when the test ends, and one session of this thread. Its counters must add up then. */
export async function withBroker(options: BrokerOptions = {}): Promise<{ broker: Broker; session: Session }> {
  const broker = await Broker.start({ memory: 256 << 20, maxSessions: 32, ...options });
  const session = connect(broker.handle);
  onTestFinished(async () => {
    try {
      if (broker.running) addUp(await (session.closed ? connect(broker.handle) : session).stats());
    } finally {
      await broker.close();
    }
  });
  return { broker, session };
}

/** Every message that a queue ever took is in one place: true at any moment, whatever happened before. */
function addUp({ queues }: BrokerStats): void {
  for (const queue of queues) {
    const { ready, unacknowledged, acknowledged, dropped, deadLettered, purged, published } = queue;
    const places = { ready, unacknowledged, acknowledged, dropped, deadLettered, purged };
    const sum = ready + unacknowledged + acknowledged + dropped + deadLettered + purged;
    expect(sum, `queue '${queue.name}' took ${published}: ${JSON.stringify(places)}`).toBe(published);
    for (const [place, count] of Object.entries(places)) expect(count, place).toBeGreaterThanOrEqual(0);
  }
}

/** Polls `look` until it returns something, and fails after `milliseconds` with what was seen last. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds = 10_000,
): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${milliseconds} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

/** What must not change when a call is refused: all but the router's times and garbage, which every call changes. */
export function unchanging({
  loop,
  routerHeapBytes,
  ...rest
}: BrokerStats): Omit<BrokerStats, 'loop' | 'routerHeapBytes'> {
  return rest;
}

/** The error that `call` throws or rejects with. */
export async function errorOf(call: () => unknown): Promise<RingMQError> {
  try {
    await call();
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(RingMQError);
    return error as RingMQError;
  }
  throw new Error('The call was expected to fail, and did not.');
}
