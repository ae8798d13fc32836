import { describe } from 'vitest';
import { invalid, notFound, refused } from './refusals.js';

describe('publishers and consumers: bad input is refused, and changes nothing:', () => {
  notFound('a publisher to an exchange that is none', s => s.publisher('gone'), /'gone'/);
  refused('a publisher to an internal exchange', s => s.publisher('inside'), /'inside'/, /internal/);
  invalid(
    'an unknown option of a publisher',
    s => s.publisher('there', { immediate: true }),
    /'immediate'/,
    /whenFull/,
  );
  invalid(
    'a mandatory that is no boolean',
    s => s.publisher('there', { mandatory: 'yes' }),
    /mandatory/,
    /'yes'/,
  );
  invalid('a confirm that is no boolean', s => s.publisher('there', { confirm: 1 }), /confirm/, /1/);
  invalid(
    'a whenFull that is none',
    s => s.publisher('there', { whenFull: 'drop' }),
    /'drop'/,
    /block, return/,
  );
  invalid('a codec of a publisher that is null', s => s.publisher('there', { codec: null }), /codec/, /null/);
  invalid(
    'a codec that cannot encode',
    s => s.publisher('there', { codec: { decode: () => 1 } }),
    /codec\.encode/,
    /function/,
  );
  notFound('a consumer of a queue that is none', s => s.consume('gone', { noAck: true }), /'gone'/);
  invalid('a noAck that is no boolean', s => s.consume('waiting', { noAck: 1 }), /noAck/, /1/, /boolean/);
  invalid('options of a consumer that are no object', s => s.consume('waiting', null), /null/, /object/);
  invalid(
    'an unknown option of a consumer',
    s => s.consume('waiting', { prefetchCount: 5 }),
    /'prefetchCount'/,
    /prefetch,/,
  );
  invalid('a prefetch below 0', s => s.consume('waiting', { prefetch: -1 }), /prefetch/, /-1/);
  invalid(
    'a priority and an x-priority that differ',
    s => s.consume('waiting', { priority: 1, arguments: { 'x-priority': 2 } }),
    /priority is 1/,
    /x-priority is 2/,
  );
  refused(
    'an exclusive consumer of a queue that has one',
    s => s.consume('consumed', { exclusive: true }),
    /'consumed'/,
    /1 consumers/,
  );
  invalid(
    'a codec that cannot decode',
    s => s.consume('waiting', { noAck: true, codec: { encode: () => '' } }),
    /codec\.decode/,
  );
  invalid(
    'a codec of a consumer that is null',
    s => s.consume('waiting', { noAck: true, codec: null }),
    /codec/,
    /null/,
  );
  invalid(
    'an inPlace that is no boolean',
    s => s.consume('waiting', { noAck: true, inPlace: 'yes' }),
    /inPlace/,
    /'yes'/,
  );
  invalid(
    'a consumer ring that is no power of two',
    s => s.consume('waiting', { noAck: true, ringBytes: 70_000 }),
    /ringBytes/,
    /70000/,
  );
  invalid('a publish with an exchange that is no string', s => s.publish(5, 'k', 'x'), /5/);
});
