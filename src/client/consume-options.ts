import { InvalidArgumentError } from '../errors.js';
import { WORD_BYTES } from '../memory/layout.js';
import type { ConsumeRequest } from '../records/request.js';
import {
  checkCodec,
  checkFlag,
  checkInteger,
  checkOptions,
  checkPowerOfTwo,
  checkTable,
  show,
} from './checks.js';
import type { ConsumeOptions } from './consumer.js';

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
