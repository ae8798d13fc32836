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
  const priority = priorityOf(options.priority, options.arguments);
  checkInteger('priority', priority, -INT32_MOST - 1, INT32_MOST);
  if (options.consumerTimeout !== undefined) {
    checkInteger('consumerTimeout', options.consumerTimeout, 1, Number.MAX_SAFE_INTEGER);
  }
  const noAck = options.noAck === true;
  return {
    ringWords: ringBytes / WORD_BYTES,
    noAck,
    prefetch: noAck ? 0 : prefetch,
    prefetchBytes: noAck ? 0 : prefetchBytes,
    priority,
    exclusive: options.exclusive === true,
    consumerTimeout: options.consumerTimeout,
  };
}

/** RabbitMQ, "Consumer Priorities": the argument `x-priority`. */
function priorityOf(option: number | undefined, given: Arguments | undefined): number {
  const argument = given?.['x-priority'];
  if (argument === undefined) return option ?? 0;
  if (option !== undefined && option !== argument) {
    throw new InvalidArgumentError(
      `The option priority is ${option}, the argument x-priority ${show(argument)}. Give one.`,
    );
  }
  return argument as number;
}
