import { MessageChannel, type MessagePort, postMessageToThread, threadId } from 'node:worker_threads';

/**
 * A thread may have been created by one that had not loaded RingMQ. When that creator ends, the thread ends with it,
 * and nobody who watches knows of it. Therefore each thread that connects hands one end of a channel to the thread
 * that started the broker: Node closes that end when the thread ends, for whatever reason.
 */
interface Lifeline {
  readonly ringmqLifeline: MessagePort;
}

/** Ends of channels that this thread holds, by the thread that has the others. */
const held = new Map<number, MessagePort>();

/** Lets thread `holder` notice when this thread ends. */
export function throwLifeline(holder: number): void {
  if (holder === threadId || held.has(holder)) return;
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  held.set(holder, port1);
  // It fails if that thread has ended, and the broker with it.
  postMessageToThread(holder, { ringmqLifeline: port2 } satisfies Lifeline, [port2]).catch(() => {});
}

let holding = false;

/** Has this thread hold the lifelines that others throw, and say which of them ended. */
export function holdLifelines(ended: (thread: number) => void): void {
  if (holding) return;
  holding = true;
  process.on('workerMessage', (value: unknown, source: number) => {
    if (!isLifeline(value)) return;
    value.ringmqLifeline.on('close', () => ended(source));
    value.ringmqLifeline.unref();
  });
}

function isLifeline(value: unknown): value is Lifeline {
  return typeof value === 'object' && value !== null && 'ringmqLifeline' in value;
}
