import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldValue } from '#src/amqp/field-table.js';
import {
  type DecodedProperties,
  decodeProperties,
  encodeProperties,
  type MessageProperties,
  propertiesByteLength,
} from '#src/amqp/properties.js';
import { type Death, type DeathReason, isDeathCycle, recordDeath } from '#src/router/death-headers.js';
import { fieldValue, messageProperties } from '../amqp/arbitrary.js';

const TIME = new Date(1_700_000_000_000);

const DEATH: Death = {
  queue: 'q',
  reason: 'rejected',
  time: TIME,
  exchange: 'x',
  routingKeys: ['k', 'cc'],
  deadLetterRoutingKey: undefined,
  diedBefore: false,
};

/** As a consumer gets them. */
function received(properties: MessageProperties): DecodedProperties {
  const bytes = new Uint8Array(propertiesByteLength(properties));
  encodeProperties(properties, bytes, 0);
  return decodeProperties(bytes, 0, bytes.length);
}

/** The properties of a message that died again and again, the first death first. */
function afterDeaths(deaths: Partial<Death>[], properties: DecodedProperties = {}): DecodedProperties {
  let diedBefore = false;
  for (const death of deaths) {
    properties = received(recordDeath(properties, { ...DEATH, diedBefore, ...death }));
    diedBefore = true;
  }
  return properties;
}

test('the first death is told', () => {
  const before: DecodedProperties = {
    contentType: 'text/plain',
    headers: { mine: 1 },
    persistent: true,
    priority: 3,
    timestamp: 5,
    userId: 'u',
  };
  // RabbitMQ, "Dead Letter Exchanges", section "Dead-Lettered Effects on Messages"; death_table in mc_amqpl.
  expect(afterDeaths([{}], before)).toEqual({
    ...before,
    headers: {
      mine: 1,
      'x-death': [
        { count: 1, reason: 'rejected', queue: 'q', time: TIME, exchange: 'x', 'routing-keys': ['k', 'cc'] },
      ],
      'x-first-death-queue': 'q',
      'x-first-death-reason': 'rejected',
      'x-first-death-exchange': 'x',
      'x-last-death-queue': 'q',
      'x-last-death-reason': 'rejected',
      'x-last-death-exchange': 'x',
    },
  });
  expect(before.headers).toEqual({ mine: 1 });
});

test('count has the type long', () => {
  // The same section, column "AMQP 0.9.1 value type". Typed clients tell a long from the int that 1 is encoded as.
  const headers = recordDeath({}, DEATH).headers;
  expect(headers?.['x-death']).toMatchObject([{ count: 1n }]);
});

describe('the history', () => {
  const later = new Date(TIME.getTime() + 60_000);
  const history = (properties: DecodedProperties): unknown => properties.headers?.['x-death'];

  // record_death in mc: the deaths are ordered by recency, one for each pair of queue and reason.
  test.each<[string, Partial<Death>[], object[]]>([
    [
      'of two queues has the newest first',
      [{ queue: 'a' }, { queue: 'b' }],
      [
        { queue: 'b', count: 1 },
        { queue: 'a', count: 1 },
      ],
    ],
    [
      'of one queue has an entry for each reason',
      [{ reason: 'expired' }, { reason: 'maxlen' }, { reason: 'delivery_limit' }],
      [{ reason: 'delivery_limit' }, { reason: 'maxlen' }, { reason: 'expired' }],
    ],
    [
      'counts a death that it knows, and moves it to the front',
      [{ queue: 'a' }, { queue: 'b' }, { queue: 'a' }, { queue: 'a' }],
      [
        { queue: 'a', count: 3 },
        { queue: 'b', count: 1 },
      ],
    ],
    [
      // update_death in mc changes the count alone (and a time that AMQP 0-9-1 does not show).
      'keeps how it was the first time',
      [{}, { time: later, exchange: 'dlx', routingKeys: ['other'] }],
      [{ count: 2, time: TIME, exchange: 'x', 'routing-keys': ['k', 'cc'] }],
    ],
  ])('%s', (_, deaths, expected) => {
    const found = history(afterDeaths(deaths));
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });

  // RabbitMQ, "Dead Letter Exchanges", section "Dead-Lettered Effects on Messages": the x-first headers never change.
  test('tells the first and the last death apart', () => {
    const { headers } = afterDeaths([
      { queue: 'a', reason: 'expired', exchange: 'first' },
      { queue: 'b', reason: 'maxlen', exchange: 'second' },
      { queue: 'c', reason: 'rejected', exchange: 'third' },
    ]);
    expect(headers).toMatchObject({
      'x-first-death-queue': 'a',
      'x-first-death-reason': 'expired',
      'x-first-death-exchange': 'first',
      'x-last-death-queue': 'c',
      'x-last-death-reason': 'rejected',
      'x-last-death-exchange': 'third',
    });
  });

  // The same section: original-expiration; take_annotation and set_ttl in publish of rabbit_dead_letter.
  test('keeps the expiration that the message loses', () => {
    const properties = afterDeaths([{ reason: 'expired' }, { reason: 'expired' }], { expiration: '60000' });
    expect(properties).not.toHaveProperty('expiration');
    expect(history(properties)).toMatchObject([{ count: 2, 'original-expiration': '60000' }]);
  });

  // RabbitMQ 4.0.1, release notes, section "AMQP 0.9.1 x-death header": what a client publishes is not interpreted.
  test('that a client made up is forgotten', () => {
    const forged = afterDeaths([{ queue: 'q' }, { queue: 'other' }]);
    expect(afterDeaths([{}], forged)).toEqual(afterDeaths([{}]));
  });
});

describe('the headers of sender-selected distribution', () => {
  const headers = { CC: ['c'], BCC: ['b'] };

  // RabbitMQ, "Dead Letter Exchanges", section "Dead-Lettered Effects on Messages": CC goes if the key is replaced;
  // "Sender-selected Distribution": no consumer sees BCC.
  test.each([
    ['undefined', undefined, ['c']],
    ['empty', '', undefined],
    ['given', 'key', undefined],
  ])('with a dead letter routing key that is %s', (_, deadLetterRoutingKey, CC) => {
    const after = recordDeath({ headers }, { ...DEATH, deadLetterRoutingKey }).headers;
    expect(after?.['CC']).toEqual(CC);
    expect(after).not.toHaveProperty('BCC');
  });
});

describe('a cycle', () => {
  type Deaths = [queue: string, reason: DeathReason][];

  // RabbitMQ, "Dead Letter Exchanges", section "Dead-letter cycle"; is_cycle_v2 in mc. The first death first.
  test.each<[string, Deaths, boolean]>([
    ['a queue that gets it back', [['q', 'expired']], true],
    ['a queue that it is new to', [['a', 'expired']], false],
    [
      'a queue that gets it back by way of another',
      [
        ['q', 'maxlen'],
        ['a', 'expired'],
      ],
      true,
    ],
    ['a consumer that rejected it just now', [['q', 'rejected']], false],
    [
      'a consumer that rejected it on the way',
      [
        ['q', 'expired'],
        ['a', 'rejected'],
        ['b', 'expired'],
      ],
      false,
    ],
    [
      'a consumer that rejected it before it came round',
      [
        ['a', 'rejected'],
        ['q', 'expired'],
        ['b', 'delivery_limit'],
      ],
      true,
    ],
    [
      'a consumer that rejected it in this queue, before it expired there',
      [
        ['q', 'rejected'],
        ['q', 'expired'],
      ],
      true,
    ],
    [
      'a consumer that rejected it in this queue, after it expired there',
      [
        ['q', 'expired'],
        ['q', 'rejected'],
        ['a', 'expired'],
      ],
      false,
    ],
    ['no death', [], false],
  ])('with %s: %j', (_, deaths, expected) => {
    const properties = afterDeaths(deaths.map(([queue, reason]) => ({ queue, reason })));
    expect(isDeathCycle(properties, 'q')).toBe(expected);
  });
});

describe('headers that no broker wrote', () => {
  const entry = { queue: 'q', reason: 'rejected' };

  // update_x_death_header in mc_compat starts a new history where x-death is no array.
  test.each<[string, FieldValue, object[]]>([
    ['a string', '[{"queue": "q"}]', [{ count: 1 }]],
    ['nothing', null, [{ count: 1 }]],
    ['a table', entry, [{ count: 1 }]],
    ['an array of no tables', ['q', 1, null, true, TIME, new Uint8Array(2), [entry]], [{ count: 1 }]],
    ['a table without a queue', [{ reason: 'rejected' }], [{ count: 1 }]],
    ['a table with a queue that is a number', [{ queue: 1, reason: 'rejected' }], [{ count: 1 }]],
    ['a death without a count', [entry], [{ count: 1 }]],
    ['a count that is a string', [{ ...entry, count: '7' }], [{ count: 1 }]],
    ['a count that is no integer', [{ ...entry, count: 1.5 }], [{ count: 1 }]],
    ['a count that cannot grow', [{ ...entry, count: 2n ** 63n - 1n }], [{ count: 1 }]],
    ['a count that has methods', [{ ...entry, count: { valueOf: 1, toString: 1 } }], [{ count: 1 }]],
    ['a death elsewhere', [{ ...entry, queue: 'a', more: [1] }], [{ count: 1 }, { queue: 'a', more: [1] }]],
  ])('%s in x-death', (_, made, expected) => {
    const after = received(recordDeath({ headers: { 'x-death': made } }, { ...DEATH, diedBefore: true }));
    expect(after.headers?.['x-death']).toMatchObject(expected);
    expect(after.headers?.['x-death']).toHaveLength(expected.length);
  });

  test('never throw, and can always be encoded', () => {
    const death = fc.dictionary(fc.constantFrom('queue', 'reason', 'count', 'time', 'other'), fieldValue, {
      noNullPrototype: true,
    });
    const deaths = fc.oneof(fieldValue, fc.array(fc.oneof(death, fc.constant(entry))));
    fc.assert(
      fc.property(messageProperties, deaths, fc.boolean(), (properties, made, diedBefore) => {
        const before = received({ ...properties, headers: { ...properties.headers, 'x-death': made } });
        const after = received(recordDeath(before, { ...DEATH, diedBefore }));
        expect(after.headers?.['x-last-death-queue']).toBe('q');
        expect(isDeathCycle(after, 'q')).toBe(false);
      }),
    );
  });
});
