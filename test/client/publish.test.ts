import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Codec, json, type Message, type Session } from '#src/index.js';
import { withBroker } from './with-broker.js';

async function roundTrips(session: Session, bodies: (Uint8Array | string)[]): Promise<Message[]> {
  for (const body of bodies) session.publish('', 'q', body);
  await session.sync();
  const messages: Message[] = [];
  for (let i = 0; i < bodies.length; i++) messages.push((await session.get('q')) as Message);
  return messages;
}

async function withQueue(): Promise<Session> {
  const { session } = await withBroker();
  await session.declareQueue('q');
  return session;
}

describe('bodies come out as they went in:', () => {
  test('bytes of every kind', async () => {
    const session = await withQueue();
    const shared = new Uint8Array(new SharedArrayBuffer(64), 3, 50).fill(7);
    const whole = Uint8Array.from({ length: 256 }, (_, i) => i);
    const bodies = [
      whole,
      whole.subarray(5, 77),
      whole.subarray(100, 100),
      Buffer.from('from a pool, at an odd place'),
      Buffer.from([0, 0, 0]),
      shared,
      new Uint8Array([0xff, 0xff, 0xff, 0x7f, 1]),
      randomBytes(300),
    ];
    const messages = await roundTrips(session, bodies);
    for (const [i, message] of messages.entries()) {
      expect(Buffer.from(message.body)).toEqual(Buffer.from(bodies[i] as Uint8Array));
      expect(message.length).toBe((bodies[i] as Uint8Array).length);
      expect(message.value).toEqual(message.body);
    }
  });

  test('text', async () => {
    const session = await withQueue();
    const texts = [
      '',
      'ASCII',
      'naïve café',
      '한글과 漢字',
      '👩‍🚀 outside of the basic plane',
      'x'.repeat(2049),
      'é'.repeat(1500),
      '漢'.repeat(3000),
    ];
    const messages = await roundTrips(session, texts);
    expect(messages.map(message => message.text())).toEqual(texts);
    expect(messages.map(message => message.length)).toEqual(texts.map(text => Buffer.byteLength(text)));
  });

  test('text with lone surrogates becomes well-formed, as TextEncoder has it', async () => {
    const session = await withQueue();
    const texts = [
      '\ud800',
      'a\udc00b',
      '\ud83d\ud83d\ude80',
      `${'x'.repeat(100)}\ud800`,
      '\udfff'.repeat(3000),
    ];
    const messages = await roundTrips(session, texts);
    expect(messages.map(message => message.text())).toEqual(texts.map(wellFormed));
  });

  test('every length from 0 to 200, and around every limit inside', async () => {
    const session = await withQueue();
    const limits = [512, 1024, 2016, 2032, 2040, 2048, 2056, 4088, 4096, 8192, 16_384, 65_536];
    const lengths = Array.from({ length: 201 }, (_, i) => i);
    for (const limit of limits) for (let d = -9; d <= 9; d++) lengths.push(limit + d);
    for (const length of lengths) {
      const body = randomBytes(length);
      session.publish('', 'q', body);
      session.publish('', 'q', body, { type: 't', headers: { length } });
      for (const properties of [undefined, length]) {
        const message = (await session.get('q')) ?? (await settled(session));
        expect(message.properties.headers?.['length'], `${length} bytes`).toBe(properties);
        expect(body.equals(message.body), `${length} bytes`).toBe(true);
      }
    }
    expect((await session.checkQueue('q')).messages).toBe(0);
  });

  test('where properties take the message over the limit', async () => {
    const session = await withQueue();
    for (let length = 1900; length < 2060; length++) {
      const body = randomBytes(length);
      session.publish('', 'q', body, { messageId: 'x'.repeat(100), type: 'y'.repeat(length % 17) });
      const message = (await session.get('q')) as Message;
      expect(body.equals(message.body), `${length} bytes`).toBe(true);
      expect(message.properties.type).toBe('y'.repeat(length % 17));
    }
  });

  test('keys and exchanges, from the empty one to 255 bytes', async () => {
    const session = await withQueue();
    const exchange = 'é'.repeat(127);
    await session.declareExchange(exchange, 'topic');
    await session.bindQueue('q', exchange, '#');
    const keys = ['', 'k', 'a.b.c', '漢'.repeat(85), 'x'.repeat(255), `${'é'.repeat(127)}x`];
    for (const key of keys) session.publish(exchange, key, `to ${key}`);
    await session.sync();
    for (const key of keys) {
      const message = (await session.get('q')) as Message;
      expect([message.exchange, message.routingKey, message.text()]).toEqual([exchange, key, `to ${key}`]);
    }
  });
});

function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

async function settled(session: Session): Promise<Message> {
  await session.sync();
  return (await session.get('q')) as Message;
}

test('a body may be changed as soon as publish() returned', async () => {
  const session = await withQueue();
  for (const length of [10, 100, 10_000]) {
    const body = new Uint8Array(length).fill(1);
    session.publish('', 'q', body);
    body.fill(2);
    await session.sync();
    expect((await session.get('q'))?.body.every(byte => byte === 1)).toBe(true);
  }
});

test('a message can be published again as it was received, in place too', async () => {
  const session = await withQueue();
  await session.declareQueue('copies');
  const consumer = await session.consume('q', { noAck: true, inPlace: true });
  const bodies = [20, 500, 5000].map(length => randomBytes(length));
  for (const body of bodies) session.publish('', 'q', body);
  session.flush();
  for (let i = 0; i < bodies.length; i++) {
    const message = consumer.receive() as Message;
    session.publish('', 'copies', message.body, message.properties);
  }
  await session.sync();
  for (const body of bodies)
    expect(body.equals((await session.get('copies'))?.body as Uint8Array)).toBe(true);
});

test('all properties come out as they went in', async () => {
  const session = await withQueue();
  const properties = {
    contentType: 'text/plain',
    contentEncoding: 'gzip',
    headers: {
      text: 'é',
      int: -5,
      big: 2n ** 60n,
      double: 0.5,
      yes: true,
      none: null,
      list: [1, 'a'],
      table: { deep: { er: 1 } },
    },
    persistent: true,
    priority: 255,
    correlationId: '',
    replyTo: 'back',
    expiration: 60_000,
    messageId: '漢'.repeat(85),
    timestamp: new Date('2026-01-02T03:04:05Z'),
    type: 'order',
    userId: 'me',
    appId: 'app',
  };
  for (const length of [0, 5, 100, 3000]) {
    const body = randomBytes(length);
    session.publish('', 'q', body, properties);
    const message = (await session.get('q')) as Message;
    expect(body.equals(message.body)).toBe(true);
    expect(message.properties).toEqual({
      ...properties,
      expiration: '60000',
      timestamp: Date.parse('2026-01-02T03:04:05Z') / 1000,
    });
  }
  session.publish('', 'q', 'none');
  session.publish('', 'q', 'empty', {});
  expect((await session.get('q'))?.properties).toEqual({});
  expect((await session.get('q'))?.properties).toEqual({});
});

describe('codecs', () => {
  test('json, and the content type that it sets', async () => {
    const session = await withQueue();
    const publisher = await session.publisher('', { codec: json });
    const value = { a: [1, 'é', null], b: { c: true } };
    publisher.publish('q', value);
    publisher.publish('q', [1], { contentType: 'application/vnd.mine+json', type: 't' });
    publisher.flush();
    const first = await session.get('q', { codec: json });
    expect(first?.value).toEqual(value);
    expect(first?.properties).toEqual({ contentType: 'application/json' });
    const second = await session.get('q', { codec: json });
    expect(second?.value).toEqual([1]);
    expect(second?.properties).toEqual({ contentType: 'application/vnd.mine+json', type: 't' });
  });

  test('one of their own, for small and large bodies', async () => {
    const session = await withQueue();
    const floats: Codec<Float64Array> = {
      encode: value => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
      decode: body => new Float64Array(new Uint8Array(body).buffer),
    };
    const publisher = await session.publisher('', { codec: floats });
    const consumer = await session.consume('q', { noAck: true, codec: floats });
    const values = [0, 1, 9, 1000].map(length => Float64Array.from({ length }, Math.random));
    for (const value of values) publisher.publish('q', value);
    publisher.flush();
    for (const value of values) expect(consumer.receive()?.value).toEqual(value);
  });

  test('one that throws publishes nothing', async () => {
    const session = await withQueue();
    const publisher = await session.publisher<number>('', {
      codec: {
        encode: value => {
          if (value < 0) throw new RangeError('negative');
          return String(value);
        },
        decode: Number,
      },
    });
    publisher.publish('q', 1);
    expect(() => publisher.publish('q', -1)).toThrow('negative');
    publisher.publish('q', 2);
    await session.sync();
    expect((await session.checkQueue('q')).messages).toBe(2);
  });
});

test('more keys than a session remembers, again and again', async () => {
  const { session } = await withBroker();
  await session.declareQueue('q');
  await session.bindQueue('q', 'amq.topic', '#');
  const publisher = await session.publisher('amq.topic');
  const other = await session.publisher('amq.topic');
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 5000; i++) {
      publisher.publish(`key.${i}`, `${i}`);
      if (i % 7 === 0) other.publish('steady', 'steady');
    }
  }
  const consumer = await session.consume('q', { noAck: true });
  let wrong = 0;
  for (let i = 0; i < 3 * (5000 + 715); i++) {
    const message = consumer.receive() as Message;
    const text = message.text();
    if (message.routingKey !== (text === 'steady' ? 'steady' : `key.${text}`)) wrong++;
  }
  expect(wrong).toBe(0);
});
