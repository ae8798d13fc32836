import { AccessRefusedError } from '../errors.js';

/** The exchange without a name: every queue is bound to it under its own name (AMQP 0-9-1, 3.1.3.1). */
export const DEFAULT_EXCHANGE = '';

/** Name and type of what stands in a new broker, as in RabbitMQ. */
export const PREDECLARED = [
  [DEFAULT_EXCHANGE, 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.topic', 'topic'],
] as const;

/** True for names that only the broker gives (AMQP 0-9-1, `exchange.declare`, rule "reserved"). */
export function isReserved(name: string): boolean {
  return name.startsWith('amq.');
}

/** @throws AccessRefusedError for the default exchange, as RabbitMQ's `check_not_default_exchange`. */
export function checkNotDefault(name: string): void {
  if (name !== DEFAULT_EXCHANGE) return;
  throw new AccessRefusedError(
    'The default exchange cannot be declared, deleted or bound. Publish to it with a queue name as the routing key.',
  );
}
