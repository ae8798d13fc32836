import { checkFlag, checkFunction, checkInteger } from './checks.js';
import type { Message } from './message.js';

/** What happens to messages whose handler failed. Without effect with noAck. */
export interface FailureOptions<T = Uint8Array> {
  /** How often a message is handed over again after its handler failed (default 0). */
  retries?: number;
  /** Milliseconds until the first retry; twice as long until each further one, an hour at most (default 1000). */
  retryDelay?: number;
  /**
   * Told when a handler failed. `retried` is false if that was the last time: the message was rejected, and goes to the
   * queue's dead-letter exchange. Without it, the first failure is a process warning.
   */
  onError?: (error: unknown, message: Message<T>, retried: boolean) => void;
}

export interface ListenOptions<T = Uint8Array> extends FailureOptions<T> {
  /** How many asynchronous handlers may run at a time; further messages wait (default 1). */
  concurrency?: number;
  /**
   * True: the handler acknowledges. False (default): a message is acknowledged when its handler has returned or
   * resolved, unless it did so itself. Without effect with noAck.
   */
  manualAck?: boolean;
}

export interface PollOptions<T = Uint8Array> extends ListenOptions<T> {
  /** Milliseconds between two looks (default 1). */
  interval?: number;
}

export const FAILURE_OPTIONS = ['retries', 'retryDelay', 'onError'];
export const LISTEN_OPTIONS = ['concurrency', 'manualAck', ...FAILURE_OPTIONS];

export const LONGEST_DELAY = 3_600_000;

/** @throws InvalidArgumentError */
export function checkFailureOptions<T>(options: FailureOptions<T>): void {
  if (options.retries !== undefined) checkInteger('retries', options.retries, 0, 1_000_000);
  if (options.retryDelay !== undefined) checkInteger('retryDelay', options.retryDelay, 0, LONGEST_DELAY);
  if (options.onError !== undefined) checkFunction('onError', options.onError);
}

/** @throws InvalidArgumentError */
export function checkListenOptions<T>(options: ListenOptions<T>): void {
  checkFlag('manualAck', options.manualAck);
  checkFailureOptions(options);
}
