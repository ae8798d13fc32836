import { Outcome } from '../records/record.js';
import type { Acknowledgements } from './acknowledgements.js';
import { checkFlag, checkFunction, checkInteger } from './checks.js';
import type { ListenOptions } from './consumer.js';
import type { Message } from './message.js';

export const LISTEN_OPTIONS = ['concurrency', 'manualAck', 'retries', 'retryDelay', 'onError'];

const LONGEST_DELAY = 3_600_000;

/** @throws InvalidArgumentError */
export function checkListenOptions<T>(options: ListenOptions<T>): void {
  checkFlag('manualAck', options.manualAck);
  if (options.retries !== undefined) checkInteger('retries', options.retries, 0, 1_000_000);
  if (options.retryDelay !== undefined) checkInteger('retryDelay', options.retryDelay, 0, LONGEST_DELAY);
  if (options.onError !== undefined) checkFunction('onError', options.onError);
}

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
  const { manualAck = false, retries = 0, retryDelay = 1000 } = options;
  const onError = options.onError ?? warnOnce(queue);

  const done = (number: number): void => {
    if (!manualAck) settle(acknowledgements, Outcome.ACK, number, 0);
  };
  const failed = (error: unknown, message: Message<T>, number: number, failures: number): void => {
    const retried = failures < retries;
    const delay = Math.min(retryDelay * 2 ** failures, LONGEST_DELAY);
    if (retried) settle(acknowledgements, Outcome.RETRY, number, delay);
    else settle(acknowledgements, Outcome.REJECT, number, 0);
    try {
      onError(error, message, retried);
    } catch (cause) {
      process.emitWarning(`onError of the consumer of '${queue}' failed: ${cause}`, 'RingMQWarning');
    }
  };

  return message => {
    // A message received in place is another one when an asynchronous handler is done.
    const number = message.deliveryTag;
    const failures = message.deliveryCount;
    try {
      const outcome = handler(message);
      if (isPromise(outcome)) {
        return outcome.then(
          () => done(number),
          error => failed(error, message, number, failures),
        );
      }
      done(number);
    } catch (error) {
      failed(error, message, number, failures);
    }
    return undefined;
  };
}

/** Settles a message, unless the handler did, or there is nobody any more to tell. */
function settle(acknowledgements: Acknowledgements, outcome: Outcome, number: number, delay: number): void {
  if (acknowledgements.isSettled(number) || acknowledgements.closed) return;
  acknowledgements.settle(outcome, number, false, delay);
}

function warnOnce(queue: string): (error: unknown, message: unknown, retried: boolean) => void {
  let warned = false;
  return (error, _message, retried) => {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `A handler of queue '${queue}' failed: ${error}. Its message was ${retried ? 'put back' : 'rejected'}. ` +
        'Further failures are not reported; give listen() an onError to hear of each.',
      'RingMQWarning',
    );
  };
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
