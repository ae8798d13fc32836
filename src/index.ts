/** RingMQ: a message broker inside one Node.js process. */
export { Decimal } from './amqp/decimal.js';
export type { DecodedProperties, MessageProperties } from './amqp/properties.js';
export { Broker, type BrokerOptions } from './broker.js';
export { type Codec, json } from './client/codec.js';
export type { ConsumeOptions } from './client/consume-options.js';
export type { Consumer, ConsumerEvents } from './client/consumer.js';
export type { HandlerPoolOptions, PooledMessage } from './client/handler-pool.js';
export type { FailureOptions, ListenOptions, PollOptions } from './client/listen-options.js';
export type { Message } from './client/message.js';
export type { Publisher, PublisherOptions } from './client/publisher.js';
export type { RequestOptions } from './client/replies.js';
export { connect, type Session } from './client/session.js';
export type { SessionEvents } from './client/topology-session.js';
export * from './errors.js';
export type {
  BrokerStats,
  DispatchName,
  LoopTimes,
  Overflow,
  QueueInfo,
  QueueOptions,
  QueueStats,
} from './records/request.js';
export type { Arguments, ArgumentValue } from './routing/arguments.js';
export type { ExchangeOptions } from './routing/declaration.js';
