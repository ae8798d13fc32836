import { expect, onTestFinished } from 'vitest';
import {
  Broker,
  type BrokerOptions,
  type BrokerStats,
  connect,
  RingMQError,
  type Session,
} from '#src/index.js';

/** A broker that is closed when the test ends, and one session of this thread. */
export async function withBroker(options: BrokerOptions = {}): Promise<{ broker: Broker; session: Session }> {
  const broker = await Broker.start({ memory: 256 << 20, maxSessions: 32, ...options });
  onTestFinished(() => broker.close());
  return { broker, session: connect(broker.handle) };
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

/** What must not change when a call is refused. */
export function unchanging({ queues, pagesInUse, largeBodies, unroutable }: BrokerStats) {
  return { queues, pagesInUse, largeBodies, unroutable };
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
