import {
  AccessRefusedError,
  InvalidArgumentError,
  MalformedDataError,
  NotFoundError,
  OutOfMemoryError,
  PreconditionFailedError,
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
  OutOfMemoryError,
  MalformedDataError,
];

/** @throws `error` itself if it is none of RingMQ's: then it is a defect of the router. */
export function encodeError(error: unknown): EncodedError {
  if (error instanceof RingMQError) return { code: error.code, message: error.message };
  throw error;
}

/** The error that the router met, as an error of this thread. */
export function decodeError({ code, message }: EncodedError): RingMQError {
  for (const Fault of FROM_ROUTER) {
    const error = new Fault(message);
    if (error.code === code) return error;
  }
  return new RingMQError(code, message);
}
