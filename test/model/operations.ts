import fc from 'fast-check';
import type { QueueOptions } from '#src/index.js';

/**
 * What a sequence does, before it is known what there is to do it to: consumers and messages are given as numbers, and
 * stand for one of those that there are.
 */
export type Operation =
  | { does: 'declare'; by: SessionName; queue: string; settings: QueueOptions }
  | { does: 'delete'; by: SessionName; queue: string; ifUnused: boolean; ifEmpty: boolean }
  | { does: 'purge'; by: SessionName; queue: string }
  | { does: 'bind'; by: SessionName; queue: string; exchange: string; key: string }
  | { does: 'unbind'; by: SessionName; queue: string; exchange: string; key: string }
  | Publishing
  | { does: 'get'; by: SessionName; queue: string; noAck: boolean }
  | { does: 'consume'; by: SessionName; queue: string; options: Consuming }
  | { does: 'receive'; consumer: number; count: number }
  | { does: 'cancel'; consumer: number }
  | { does: 'settle'; message: number; how: Settling; multiple: boolean }
  | { does: 'ackAll'; consumer: number }
  | { does: 'close'; by: SessionName };

export type Of<Does extends Operation['does']> = Extract<Operation, { does: Does }>;

export type SessionName = 'A' | 'B';

/** Several messages at once: the router sees them in one piece. */
export interface Publishing {
  does: 'publish';
  by: SessionName;
  exchange: string;
  key: string;
  count: number;
  /** Whether each message is waited for, or all together. */
  confirm: 'each' | 'all' | undefined;
  mandatory: boolean;
  priority: number | undefined;
  expiration: Expiration | undefined;
  /** The body is too long for a ring, and lies in pages. */
  large: boolean;
}

export interface Consuming {
  noAck: boolean;
  prefetch: number;
  priority: number;
  exclusive: boolean;
}

/** At once, or not before the sequence is over. */
export type Expiration = '0' | '600000';

export type Settling = 'ack' | 'requeue' | 'reject';

/** The exchanges that every sequence has: one of each type, named after it. */
export const EXCHANGES = ['direct', 'fanout', 'topic'];

/** Bytes of bodies. */
export const SMALL_BODY = 8;
export const LARGE_BODY = 3000;

const by = fc.constantFrom<SessionName>('A', 'B');
const queue = fc.constantFrom('q0', 'q1', 'q2');
const exchange = fc.constantFrom(...EXCHANGES);
const key = fc.constantFrom('a', 'a', 'b', 'a.b');
const number = fc.nat(99);
const rarely = chance(1, 9);
const settling = fc.constantFrom<Settling>('ack', 'requeue', 'requeue', 'reject');

/** True in `yes` of `yes + no` cases. */
function chance(yes: number, no: number): fc.Arbitrary<boolean> {
  return maybe(yes, no, fc.constant(true)).map(Boolean);
}

/** The same with `value`, and else nothing. */
function maybe<T>(yes: number, no: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  const nothing = { weight: no, arbitrary: fc.constant(undefined) };
  return fc.oneof({ withCrossShrink: true }, nothing, { weight: yes, arbitrary: value }); // shrinks to nothing
}

const limit = fc.oneof(
  fc.record({ maxLength: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ maxLength: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ maxLengthBytes: fc.constantFrom(SMALL_BODY, 2 * SMALL_BODY, LARGE_BODY) }),
);
const overflow = fc.constantFrom(undefined, 'drop-head', 'reject-publish', 'reject-publish-dlx');
const deadLettering = fc.oneof(
  fc.record({ deadLetterExchange: fc.constant(''), deadLetterRoutingKey: queue }),
  fc.record({ deadLetterExchange: exchange, deadLetterRoutingKey: maybe(1, 1, key) }),
);
const settings: fc.Arbitrary<QueueOptions> = fc
  .tuple(
    maybe(2, 3, fc.tuple(limit, overflow)),
    maybe(3, 2, deadLettering),
    fc.record({
      deliveryLimit: maybe(1, 2, fc.integer({ min: 0, max: 2 })),
      maxPriority: maybe(1, 3, fc.constant(2)),
      messageTtl: maybe(1, 6, fc.constantFrom(0, 600_000)),
      singleActiveConsumer: maybe(1, 4, fc.constant(true)),
      exclusive: rarely,
      autoDelete: chance(1, 5),
    }),
  )
  .map(([limited, deadLetters, others]): QueueOptions => {
    const [limits, full] = limited ?? [{}, undefined];
    return withoutUndefined({ ...limits, overflow: full, ...deadLetters, ...others });
  });

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, setting]) => setting !== undefined)) as T;
}

type Parts<Does extends Operation['does']> = {
  [Name in Exclude<keyof Of<Does>, 'does'>]: fc.Arbitrary<Of<Does>[Name]>;
};

function operation<Does extends Operation['does']>(does: Does, parts: Parts<Does>): fc.Arbitrary<Operation> {
  const values = fc.record(parts as Record<string, fc.Arbitrary<unknown>>);
  return values.map(each => ({ does, ...each }) as unknown as Operation);
}

const declare = operation('declare', { by, queue, settings });
const binding = { by, queue, exchange, key: fc.constantFrom('a', 'a', 'b', 'a.b', '#', 'a.*', '*') };
const bind = operation('bind', binding);
const consume = operation('consume', {
  by,
  queue,
  options: fc.record({
    noAck: chance(1, 4),
    prefetch: fc.constantFrom(1, 2, 3, 5, 0),
    priority: fc.constantFrom(0, 0, 0, 1, -1),
    exclusive: rarely,
  }),
});
const how = {
  by,
  count: fc.constantFrom(1, 1, 2, 3),
  confirm: fc.constantFrom(undefined, 'each', 'all'),
  mandatory: fc.boolean(),
  priority: maybe(1, 1, fc.integer({ min: 0, max: 3 })),
  expiration: maybe(1, 4, fc.constantFrom<Expiration>('0', '0', '600000')),
  large: rarely,
};

/** With how often each comes. */
const steps: [number, fc.Arbitrary<Operation>][] = [
  [8, operation('publish', { ...how, exchange: fc.constant(''), key: queue })],
  [14, operation('publish', { ...how, exchange, key: fc.oneof(key, key, queue) })],
  [14, operation('receive', { consumer: number, count: fc.integer({ min: 1, max: 3 }) })],
  [18, operation('settle', { message: number, how: settling, multiple: chance(1, 2) })],
  [2, operation('ackAll', { consumer: number })],
  [8, operation('get', { by, queue, noAck: chance(1, 2) })],
  [8, consume],
  [4, operation('cancel', { consumer: number })],
  [4, declare],
  [2, operation('delete', { by, queue, ifUnused: fc.boolean(), ifEmpty: fc.boolean() })],
  [2, operation('purge', { by, queue })],
  [4, bind],
  [2, operation('unbind', binding)],
  [2, operation('close', { by })],
];

/** Queues, bindings and consumers first, so that there is something to work with. */
export const sequence: fc.Arbitrary<Operation[]> = fc
  .tuple(
    fc.array(declare, { maxLength: 4, size: 'max' }),
    fc.array(bind, { maxLength: 4, size: 'max' }),
    fc.array(consume, { maxLength: 3, size: 'max' }),
    fc.array(fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
      maxLength: 30,
      size: 'max',
    }),
  )
  .map(parts => parts.flat());
