/**
 * Every error that RingMQ throws on purpose: one class a fault, one stable code a class.
 *
 * A message says what happened, with which values, and what to do. Codes are part of the public contract:
 * they change only with a major version. `cause` holds the error underneath, where there is one.
 */
export class RingMQError extends Error {
  /** Stable identifier, `ERR_RINGMQ_…`; compare this, not the message. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An argument or option has the wrong type, is out of range or is unknown. Nothing was changed. */
export class InvalidArgumentError extends RingMQError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RINGMQ_INVALID_ARGUMENT', message, options);
  }
}

/** What was given to `connect` is not the handle of a broker. */
export class InvalidHandleError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_INVALID_HANDLE', message);
  }
}

/** The handle was made by a RingMQ whose shared-memory layout differs from this one's. */
export class LayoutVersionError extends RingMQError {
  constructor(found: number, expected: number) {
    super(
      'ERR_RINGMQ_LAYOUT_VERSION',
      `The broker's shared memory has layout version ${found}, this thread reads version ${expected}. ` +
        'Load the same version of ringmq in every thread.',
    );
  }
}

/** The named exchange, queue, binding or alternate exchange does not exist (AMQP 0-9-1: 404 NOT_FOUND). */
export class NotFoundError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_NOT_FOUND', message);
  }
}

/** A redeclaration differs from what exists, or the object is in use (AMQP 0-9-1: 406 PRECONDITION_FAILED). */
export class PreconditionFailedError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_PRECONDITION_FAILED', message);
  }
}

/** The operation is not allowed on this object (AMQP 0-9-1: 403 ACCESS_REFUSED). */
export class AccessRefusedError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_ACCESS_REFUSED', message);
  }
}

/** The queue is exclusive, and belongs to another session (AMQP 0-9-1: 405 RESOURCE_LOCKED). */
export class ResourceLockedError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_RESOURCE_LOCKED', message);
  }
}

/** A consumer did not settle a delivery in time, and was closed (RabbitMQ: delivery acknowledgement timeout). */
export class ConsumerTimeoutError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_CONSUMER_TIMEOUT', message);
  }
}

/** A queue refused a message that its publisher wanted confirmed: the queue is full, or the exchange gone. */
export class PublishRefusedError extends RingMQError {
  /** How many messages were refused. */
  readonly messages: number;

  constructor(exchange: string, messages: number) {
    super(
      'ERR_RINGMQ_PUBLISH_REFUSED',
      `${messages} ${messages === 1 ? 'message' : 'messages'} to exchange '${exchange}' ${messages === 1 ? 'was' : 'were'} ` +
        'refused: a queue is full (overflow reject-publish), or the exchange is gone. Publish again when there is room.',
    );
    this.messages = messages;
  }
}

/** No queue took the message, and its publisher needs one that does. */
export class UnroutableError extends RingMQError {
  constructor(exchange: string, routingKey: string) {
    super(
      'ERR_RINGMQ_UNROUTABLE',
      `Exchange '${exchange}' routes no message with the key '${routingKey}' to a queue. Declare and bind one.`,
    );
  }
}

/** A request got no reply in time. */
export class RequestTimeoutError extends RingMQError {
  constructor(exchange: string, routingKey: string, milliseconds: number) {
    super(
      'ERR_RINGMQ_REQUEST_TIMEOUT',
      `No reply from '${routingKey}' (exchange '${exchange}') within ${milliseconds} ms. A reply that comes later is dropped.`,
    );
  }
}

/** The routing key is longer than the 255 bytes of an AMQP short string. */
export class RoutingKeyTooLongError extends RingMQError {
  constructor(bytes: number) {
    super(
      'ERR_RINGMQ_ROUTING_KEY_TOO_LONG',
      `The routing key has ${bytes} bytes in UTF-8; at most 255 are possible (AMQP 0-9-1, short string). Shorten it.`,
    );
  }
}

/** The message body is larger than the broker accepts. */
export class BodyTooLargeError extends RingMQError {
  constructor(bytes: number, limit: number) {
    super(
      'ERR_RINGMQ_BODY_TOO_LARGE',
      `The body has ${bytes} bytes, the broker accepts at most ${limit}. Split it, or publish a reference to it.`,
    );
  }
}

/** The shared memory has no room left for what was asked. */
export class OutOfMemoryError extends RingMQError {
  constructor(message: string) {
    super('ERR_RINGMQ_OUT_OF_MEMORY', message);
  }
}

/** Every session slot of the broker is taken. */
export class TooManySessionsError extends RingMQError {
  constructor(limit: number) {
    super(
      'ERR_RINGMQ_TOO_MANY_SESSIONS',
      `All ${limit} sessions of this broker are in use. Close sessions, or start the broker with a larger maxSessions.`,
    );
  }
}

/** The broker was closed, or its router thread died. `cause` tells why, where it is known. */
export class BrokerClosedError extends RingMQError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RINGMQ_BROKER_CLOSED', message, options);
  }
}

/** The session, publisher or consumer was closed before this call. */
export class ClosedError extends RingMQError {
  constructor(what: string) {
    super('ERR_RINGMQ_CLOSED', `The ${what} is closed. Open a new one; nothing was sent.`);
  }
}

/** Bytes that should follow a wire format do not: a truncated or malformed field table, for example. */
export class MalformedDataError extends RingMQError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RINGMQ_MALFORMED_DATA', message, options);
  }
}
