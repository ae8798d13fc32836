import { InvalidArgumentError } from '../errors.js';
import { WORD_BYTES } from '../memory/layout.js';
import type { ConsumeRequest } from '../records/request.js';
import type { Arguments } from '../routing/arguments.js';
import {
  checkCodec,
  checkFlag,
  checkInteger,
  checkOptions,
  checkPowerOfTwo,
  checkTable,
  show,
} from './checks.js';
import type { Codec } from './codec.js';

export interface ConsumeOptions<T = Uint8Array> {
  /**
   * False (default): each message is to be acknowledged, and goes back to the queue if the consumer ends without that.
   * True: a message counts as done when it is sent.
   */
  noAck?: boolean;
  /**
   * Messages that the consumer may have unacknowledged (default 256; 0: any number). Without effect with noAck. With
   * dispatch shared-lock-free it may keep up to a quarter as many beside them, which it hands over when it may.
   */
  prefetch?: number;
  /** The same in bytes of their bodies (default 0: any number). One message is sent in any case. */
  prefetchBytes?: number;
  /** Consumers with a higher one are served first (default 0). Not with a shared dispatch. */
  priority?: number;
  /** True: fails if the queue has another consumer, and keeps others away. */
  exclusive?: boolean;
  /**
   * Milliseconds in which a delivery must be acknowledged or rejected; then the broker closes the consumer and puts its
   * messages back. Default: what the queue says, or else the broker.
   */
  consumerTimeout?: number;
  /** The same options by AMQP's names: `x-priority`, `x-consumer-timeout`. */
  arguments?: Arguments;
  /** Reads bodies: `message.value` is what it returns. */
  codec?: Codec<T>;
  /**
   * True: messages are read in the ring itself, without a copy. The same Message object comes every time, and it is
   * valid until the next one is received, or the consumer ends. With dispatch shared-lock-free the ring keeps its place
   * so long: others wait for a slow handler when the ring comes round to it. False (default): every message is the
   * receiver's own.
   */
  inPlace?: boolean;
  /** Bytes of this consumer's ring, a power of two (default 1 MiB). Not with a shared dispatch: there the queue has one. */
  ringBytes?: number;
}

/** Bytes of a consumer's ring, where it does not say. */
const DEFAULT_RING_BYTES = 1 << 20;
/** Messages that a consumer may have unacknowledged, where it does not say: enough for the ring never to be idle. */
const DEFAULT_PREFETCH = 256;
const INT32_MOST = 0x7fffffff;

/** What is asked of the router for a consumer with `options`. @throws InvalidArgumentError */
export function consumeRequest<T>(options: ConsumeOptions<T>): ConsumeRequest {
  checkOptions('consume', options, [
    'noAck',
    'prefetch',
    'prefetchBytes',
    'priority',
    'exclusive',
    'consumerTimeout',
    'arguments',
    'codec',
    'inPlace',
    'ringBytes',
  ]);
  checkCodec(options.codec, 'decode');
  checkTable('arguments', options.arguments);
  for (const flag of ['noAck', 'inPlace', 'exclusive'] as const) checkFlag(flag, options[flag]);
  const { ringBytes = DEFAULT_RING_BYTES, prefetch = DEFAULT_PREFETCH, prefetchBytes = 0 } = options;
  checkPowerOfTwo('ringBytes', ringBytes, 1 << 14, 1 << 28);
  checkInteger('prefetch', prefetch, 0, INT32_MOST);
  checkInteger('prefetchBytes', prefetchBytes, 0, Number.MAX_SAFE_INTEGER);
  const priority = argued(options, 'priority', 'x-priority') ?? 0;
  checkInteger('priority', priority, -INT32_MOST - 1, INT32_MOST);
  const consumerTimeout = argued(options, 'consumerTimeout', 'x-consumer-timeout');
  if (consumerTimeout !== undefined) {
    checkInteger('consumerTimeout', consumerTimeout, 1, Number.MAX_SAFE_INTEGER);
  }
  const noAck = options.noAck === true;
  return {
    ringWords: ringBytes / WORD_BYTES,
    noAck,
    prefetch: noAck ? 0 : prefetch,
    prefetchBytes: noAck ? 0 : prefetchBytes,
    priority,
    exclusive: options.exclusive === true,
    consumerTimeout,
  };
}

/** An option, or the argument that says the same (RabbitMQ, "Consumer Priorities" and "Quorum Queues", "Consumer Timeout"). */
function argued(
  options: ConsumeOptions<unknown>,
  option: 'priority' | 'consumerTimeout',
  name: string,
): number | undefined {
  const argument = options.arguments?.[name];
  const given = options[option];
  if (argument === undefined) return given;
  if (given !== undefined && given !== argument) {
    throw new InvalidArgumentError(
      `The option ${option} is ${given}, the argument ${name} is ${show(argument)}. Give one of them.`,
    );
  }
  return argument as number;
}
