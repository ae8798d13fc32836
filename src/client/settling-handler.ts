import { RingMQError } from '../errors.js';
import { Outcome } from '../records/record.js';
import type { Acknowledgements } from './acknowledgements.js';
import { type FailureOptions, type ListenOptions, LONGEST_DELAY } from './listen-options.js';
import type { Message } from './message.js';

/**
 * Wraps a handler, so that each of its messages is settled: acknowledged when it is done, put back with a delay or
 * rejected when it fails. The wrapper itself never throws and never rejects.
 */
export function settlingHandler<T>(
  handler: (message: Message<T>) => unknown,
  options: ListenOptions<T>,
  acknowledgements: Acknowledgements,
  queue: string,
): (message: Message<T>) => unknown {
  const { manualAck = false } = options;
  const failures = new Failures(options, acknowledgements, queue);
  const done = (number: number): void => {
    if (!manualAck) settle(acknowledgements, Outcome.ACK, number, 0);
  };
  return message => {
    // A message received in place is another one when an asynchronous handler is done.
    const number = message.deliveryTag;
    const failed = message.deliveryCount;
    let outcome: unknown;
    try {
      outcome = handler(message);
      if (isPromise(outcome)) {
        return outcome.then(
          () => done(number),
          error => failures.of(error, message, number, failed),
        );
      }
    } catch (error) {
      failures.of(error, message, number, failed);
      return undefined;
    }
    done(number);
    return undefined;
  };
}

/** The same for what handles several messages at a time: all of them are done, or all of them failed. */
export function settlingBatches<T>(
  take: (messages: Message<T>[]) => Promise<unknown>,
  options: FailureOptions<T>,
  acknowledgements: Acknowledgements,
  queue: string,
): (messages: Message<T>[]) => Promise<unknown> {
  const failures = new Failures(options, acknowledgements, queue);
  return messages =>
    take(messages).then(
      () => {
        for (const { deliveryTag } of messages) settle(acknowledgements, Outcome.ACK, deliveryTag, 0);
      },
      error => {
        for (const message of messages) {
          failures.of(error, message, message.deliveryTag, message.deliveryCount);
        }
      },
    );
}

/** What becomes of the messages whose handlers failed. */
class Failures<T> {
  readonly #acknowledgements: Acknowledgements;
  readonly #queue: string;
  readonly #retries: number;
  readonly #retryDelay: number;
  readonly #onError: (error: unknown, message: Message<T>, retried: boolean) => unknown;

  constructor(options: FailureOptions<T>, acknowledgements: Acknowledgements, queue: string) {
    this.#acknowledgements = acknowledgements;
    this.#queue = queue;
    this.#retries = options.retries ?? 0;
    this.#retryDelay = options.retryDelay ?? 1000;
    this.#onError = options.onError ?? warnOnce(queue);
  }

  /** Message `number`, whose delivery had failed `failures` times before, failed again. */
  of(error: unknown, message: Message<T>, number: number, failures: number): void {
    const retried = failures < this.#retries;
    if (retried) {
      const delay = Math.min(this.#retryDelay * 2 ** failures, LONGEST_DELAY);
      settle(this.#acknowledgements, Outcome.RETRY, number, delay);
    } else {
      settle(this.#acknowledgements, Outcome.REJECT, number, 0);
    }
    try {
      const told = this.#onError(error, message, retried);
      if (isPromise(told)) told.then(undefined, this.#warn);
    } catch (cause) {
      this.#warn(cause);
    }
  }

  readonly #warn = (cause: unknown): void => {
    process.emitWarning(`onError of the consumer of '${this.#queue}' failed: ${cause}`, 'RingMQWarning');
  };
}

/** Settles a message, unless the handler did, or there is nobody any more to tell. */
function settle(acknowledgements: Acknowledgements, outcome: Outcome, number: number, delay: number): void {
  if (acknowledgements.isSettled(number)) return;
  try {
    acknowledgements.settle(outcome, number, false, delay);
  } catch (error) {
    if (!(error instanceof RingMQError)) throw error;
  }
}

function warnOnce(queue: string): (error: unknown, message: unknown, retried: boolean) => void {
  let warned = false;
  return (error, _message, retried) => {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `A handler of queue '${queue}' failed: ${error}. Its message was ${retried ? 'put back' : 'rejected'}. ` +
        'Further failures are not reported; give an onError to hear of each.',
      'RingMQWarning',
    );
  };
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
