import type { Piscina } from 'piscina';
import type { DecodedProperties } from '../amqp/properties.js';
import { checkInteger, checkOptions } from './checks.js';
import type { Consumer } from './consumer.js';
import type { Message } from './message.js';

export interface HandlerPoolOptions {
  /** Threads of the pool (default: one less than the processors that this process may use, at least 1). */
  threads?: number;
  /** Messages of one task at most (default 64). A task costs 50 to 70 microseconds. */
  batch?: number;
  /** Further options for piscina itself, `resourceLimits` for example. */
  piscina?: Readonly<Record<string, unknown>>;
}

/** A message as a handler in a pool receives it. */
export interface PooledMessage {
  exchange: string;
  routingKey: string;
  redelivered: boolean;
  properties: DecodedProperties;
  body: Uint8Array;
}

/**
 * Runs `file` in a pool of threads until the consumer ends. At most two batches a thread are under way, so that a
 * slow handler leaves the messages in the queue.
 *
 * @returns rejects with what a handler threw; nothing is handled after that.
 */
export async function runHandlerPool<T>(
  consumer: Consumer<T>,
  file: string | URL,
  options: HandlerPoolOptions,
): Promise<void> {
  checkOptions('pool', options, ['threads', 'batch', 'piscina']);
  const { batch = 64, threads } = options;
  checkInteger('batch', batch, 1, 65_536);
  if (threads !== undefined) checkInteger('threads', threads, 1, 1024);
  const { Piscina } = await import('piscina');
  const pool: Piscina = new Piscina({
    filename: file.toString(),
    // Its workers' event loops would stand still between tasks with the default, 'sync'.
    atomics: 'async',
    ...(threads === undefined ? {} : { minThreads: threads, maxThreads: threads }),
    ...options.piscina,
  });
  try {
    await consumer.batches(batch, 2 * pool.options.maxThreads, messages => pool.run(messages.map(pooled)));
  } finally {
    await pool.destroy();
  }
}

function pooled(message: Message<unknown>): PooledMessage {
  const { exchange, routingKey, redelivered, properties } = message;
  // A copy of its own: a view would be sent with the whole frame behind it.
  return { exchange, routingKey, redelivered, properties, body: message.body.slice() };
}
