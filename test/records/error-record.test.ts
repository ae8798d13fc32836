import { expect, test } from 'vitest';
import * as errors from '#src/errors.js';
import { decodeError, encodeError } from '#src/records/error-record.js';

test('errors that the router answers with keep class, code and message', () => {
  for (const Fault of [
    errors.InvalidArgumentError,
    errors.NotFoundError,
    errors.PreconditionFailedError,
    errors.AccessRefusedError,
    errors.ResourceLockedError,
    errors.ConsumerTimeoutError,
    errors.OutOfMemoryError,
    errors.MalformedDataError,
  ]) {
    const error = new Fault('what happened');
    const decoded = decodeError(encodeError(error));
    expect(decoded).toBeInstanceOf(Fault);
    expect(decoded).toMatchObject({ name: error.name, code: error.code, message: 'what happened' });
  }
});

test('an error with a code of a later version is still one of RingMQ’s', () => {
  const error = decodeError({ code: 'ERR_RINGMQ_LATER', message: 'm' });
  expect(error).toBeInstanceOf(errors.RingMQError);
  expect(error.code).toBe('ERR_RINGMQ_LATER');
});

test('a defect is told as one', () => {
  const error = decodeError(encodeError(new TypeError('a defect')));
  expect(error).toBeInstanceOf(errors.RingMQError);
  expect(error.code).toBe('ERR_RINGMQ_INTERNAL');
  expect(error.message).toMatch(/TypeError: a defect.*report/);
});

test('every error has a stable code of its own', () => {
  const codes = new Map<string, string>();
  const samples = Object.values(errors).filter(Fault => Fault !== errors.RingMQError) as unknown as (new (
    ...args: unknown[]
  ) => errors.RingMQError)[];
  for (const Fault of samples) {
    const error = new Fault('m', 1);
    expect(error).toBeInstanceOf(errors.RingMQError);
    expect(error.name).toBe(Fault.name);
    expect(codes.has(error.code)).toBe(false);
    codes.set(error.code, Fault.name);
  }
  expect(Object.fromEntries(codes)).toMatchInlineSnapshot(`
    {
      "ERR_RINGMQ_ACCESS_REFUSED": "AccessRefusedError",
      "ERR_RINGMQ_BODY_TOO_LARGE": "BodyTooLargeError",
      "ERR_RINGMQ_BROKER_CLOSED": "BrokerClosedError",
      "ERR_RINGMQ_CLOSED": "ClosedError",
      "ERR_RINGMQ_CONSUMER_TIMEOUT": "ConsumerTimeoutError",
      "ERR_RINGMQ_INVALID_ARGUMENT": "InvalidArgumentError",
      "ERR_RINGMQ_INVALID_HANDLE": "InvalidHandleError",
      "ERR_RINGMQ_LAYOUT_VERSION": "LayoutVersionError",
      "ERR_RINGMQ_MALFORMED_DATA": "MalformedDataError",
      "ERR_RINGMQ_NOT_FOUND": "NotFoundError",
      "ERR_RINGMQ_OUT_OF_MEMORY": "OutOfMemoryError",
      "ERR_RINGMQ_PRECONDITION_FAILED": "PreconditionFailedError",
      "ERR_RINGMQ_PUBLISH_REFUSED": "PublishRefusedError",
      "ERR_RINGMQ_REQUEST_TIMEOUT": "RequestTimeoutError",
      "ERR_RINGMQ_RESOURCE_LOCKED": "ResourceLockedError",
      "ERR_RINGMQ_ROUTING_KEY_TOO_LONG": "RoutingKeyTooLongError",
      "ERR_RINGMQ_TOO_MANY_SESSIONS": "TooManySessionsError",
      "ERR_RINGMQ_UNROUTABLE": "UnroutableError",
    }
  `);
});
