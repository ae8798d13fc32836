import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import type { DecodedProperties } from '../amqp/properties.js';
import { InvalidArgumentError } from '../errors.js';
import { checkInteger, checkOptions } from './checks.js';
import type { Consumer } from './consumer.js';
import { checkFailureOptions, FAILURE_OPTIONS, type FailureOptions } from './listen-options.js';
import type { Message } from './message.js';

export interface HandlerPoolOptions<T = Uint8Array> extends FailureOptions<T> {
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
 * slow handler leaves the messages in the queue. With acknowledgements, a batch is settled when its task has ended: all
 * its messages are acknowledged, or put back or rejected.
 *
 * @returns with noAck, rejects with what a handler threw; nothing is handled after that
 * @throws InvalidArgumentError for bad options, or if there is no such file
 */
export async function runHandlerPool<T>(
  consumer: Consumer<T>,
  file: string | URL,
  options: HandlerPoolOptions<T>,
): Promise<void> {
  checkOptions('pool', options, ['threads', 'batch', 'piscina', ...FAILURE_OPTIONS]);
  checkFailureOptions(options);
  const { batch = 64, threads } = options;
  checkInteger('batch', batch, 1, 65_536);
  if (threads !== undefined) checkInteger('threads', threads, 1, 1024);
  await checkFile(file);
  const { Piscina } = await import('piscina');
  const pool: Piscina = new Piscina({
    filename: file.toString(),
    // Its workers' event loops would stand still between tasks with the default, 'sync'.
    atomics: 'async',
    ...(threads === undefined ? {} : { minThreads: threads, maxThreads: threads }),
    ...options.piscina,
  });
  try {
    const concurrency = 2 * pool.options.maxThreads;
    await consumer.batches(batch, concurrency, messages => pool.run(messages.map(pooled)), options);
  } finally {
    // A thread may answer while it is being ended. Nobody waits for the answer, and piscina would call it an error.
    pool.on('error', () => {});
    await pool.destroy();
  }
}

/** Looks beforehand: the first that a missing file would do is to have messages rejected. @throws InvalidArgumentError */
async function checkFile(file: string | URL): Promise<void> {
  try {
    await access(file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file);
  } catch (cause) {
    throw new InvalidArgumentError(
      `The handler's module '${file}' cannot be read. Give the absolute path or the file URL of one.`,
      { cause },
    );
  }
}

function pooled(message: Message<unknown>): PooledMessage {
  const { exchange, routingKey, redelivered, properties } = message;
  // A copy of its own: a view would be sent with the whole frame behind it.
  return { exchange, routingKey, redelivered, properties, body: message.body.slice() };
}
