import fc from 'fast-check';
import { Decimal } from '#src/amqp/decimal.js';
import type { FieldTable, FieldValue } from '#src/amqp/field-table.js';
import type { MessageProperties } from '#src/amqp/properties.js';

// Whole seconds, as AMQP has them; up to the last second that a Date can hold.
const date = fc.integer({ min: 0, max: 8.64e12 }).map(seconds => new Date(seconds * 1000));

const text = fc.string({ unit: 'binary' });

const name = fc.string({ unit: 'binary', maxLength: 60 });

const shortString = fc.oneof(fc.string({ maxLength: 255 }), fc.string({ unit: 'binary', maxLength: 60 }));

/** Field values that decode to what was encoded; what does not is tested one by one. */
export const fieldValue: fc.Arbitrary<FieldValue> = fc.letrec<{ value: FieldValue; table: FieldTable }>(
  tie => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.boolean(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double().filter(value => !Object.is(value, -0)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
      fc.constant(null),
      fc.uint8Array(),
      date,
      fc.tuple(fc.nat(255), fc.nat(0xffffffff)).map(([scale, digits]) => new Decimal(scale, digits)),
      fc.array(tie('value')),
      tie('table'),
    ),
    table: fc.dictionary(name, tie('value'), { noNullPrototype: true }),
  }),
).value;

export const fieldTable: fc.Arbitrary<FieldTable> = fc.dictionary(name, fieldValue, {
  noNullPrototype: true,
});

export const messageProperties: fc.Arbitrary<MessageProperties> = fc.record(
  {
    contentType: shortString,
    contentEncoding: shortString,
    headers: fieldTable,
    persistent: fc.boolean(),
    priority: fc.nat(255),
    correlationId: shortString,
    replyTo: shortString,
    expiration: fc.maxSafeNat().map(String),
    messageId: shortString,
    timestamp: fc.maxSafeNat(),
    type: shortString,
    userId: shortString,
    appId: shortString,
    clusterId: shortString,
  },
  { requiredKeys: [], noNullPrototype: true },
);
