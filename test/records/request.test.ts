import { describe, expect, test } from 'vitest';
import { decode, encode, type Reply, type Request } from '#src/records/request.js';

describe('requests and replies', () => {
  test('keep their values and types, from shared memory too', () => {
    const request: Request = {
      id: 7,
      op: 'bindQueue',
      name: 'q',
      source: 'x',
      key: 'é.#',
      arguments: {
        big: 2n ** 62n,
        when: new Date(86_400_000),
        bytes: new Uint8Array([1, 2, 3]),
        list: [1, 'two', null],
        table: { deep: { er: true } },
      },
    };
    const bytes = encode(request);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3)).subarray(3);
    shared.set(bytes);
    expect(decode<Request>(shared)).toEqual(request);
    shared.fill(0);
  });

  test('replies carry undefined values and errors', () => {
    const replies: Reply[] = [
      { id: 1, value: undefined },
      { id: 2, error: { code: 'ERR_RINGMQ_NOT_FOUND', message: 'm' } },
    ];
    for (const reply of replies) expect(decode<Reply>(encode(reply))).toEqual(reply);
  });

  test('what cannot be sent is refused', () => {
    const request = { id: 1, op: 'get', queue: () => 'q' } as unknown as Request;
    expect(() => encode(request)).toThrow(expect.objectContaining({ code: 'ERR_RINGMQ_INVALID_ARGUMENT' }));
  });
});
