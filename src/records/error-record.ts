import {
  AccessRefusedError,
  ConsumerTimeoutError,
  InvalidArgumentError,
  MalformedDataError,
  NotFoundError,
  OutOfMemoryError,
  PreconditionFailedError,
  ResourceLockedError,
  RingMQError,
} from '../errors.js';

/** An error on its way from the router to the session that caused it. */
export interface EncodedError {
  code: string;
  message: string;
}

/** Errors that the router may answer with; each takes nothing but its message. */
const FROM_ROUTER = [
  InvalidArgumentError,
  NotFoundError,
  PreconditionFailedError,
  AccessRefusedError,
  ResourceLockedError,
  ConsumerTimeoutError,
  OutOfMemoryError,
  MalformedDataError,
];

/**
 * Characters of a message, of two bytes at most each: so an error travels in the ring and needs no pages, which may be
 * what there are none of.
 */
const LONGEST_MESSAGE = 900;

/** An error that is none of RingMQ's is a defect of the router: it tells who asked, and goes on for the others. */
export function encodeError(error: unknown): EncodedError {
  if (error instanceof RingMQError) return { code: error.code, message: shortened(error.message) };
  const message = shortened(`The router failed: ${error}. Please report this.`);
  return { code: 'ERR_RINGMQ_INTERNAL', message };
}

/** Names and values in the middle of a message may be long; what to do about it stands at the end. */
function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const half = LONGEST_MESSAGE / 2 - 1;
  return `${message.slice(0, half)}…${message.slice(-half)}`;
}

/** The error that the router met, as an error of this thread. */
export function decodeError({ code, message }: EncodedError): RingMQError {
  for (const Fault of FROM_ROUTER) {
    const error = new Fault(message);
    if (error.code === code) return error;
  }
  return new RingMQError(code, message);
}
