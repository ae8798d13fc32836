import { describe } from 'vitest';
import { invalid, notFound, precondition, refused } from './refusals.js';

const long = 'é'.repeat(128);

describe('queues: bad input is refused, and changes nothing:', () => {
  invalid('a queue name that is no string', s => s.declareQueue(null), /must be a string, not null/);
  invalid('a queue name of 256 bytes', s => s.declareQueue(long), /256 bytes/);
  invalid('an unknown option of a queue', s => s.declareQueue('q', { colour: 1 }), /'colour'/, /dispatch/);
  invalid('options of a queue that are no object', s => s.declareQueue('q', null), /null/, /object/);
  invalid('a passive that is no boolean', s => s.declareQueue('q', { passive: 1 }), /passive/, /boolean/);
  invalid(
    'arguments that are no table',
    s => s.declareQueue('q', { arguments: { f: () => 1 } }),
    /arguments/,
    /f/,
  );
  precondition(
    'a durable queue: there is no store',
    s => s.declareQueue('q', { durable: true }),
    /'q'/,
    /no store/,
    /Leave durable out/,
  );
  refused('a queue in the reserved name space', s => s.declareQueue('amq.mine'), /'amq\.mine'/);
  invalid(
    'a dispatch that is none',
    s => s.declareQueue('q', { dispatch: 'random' }),
    /'random'/,
    /queue-per-consumer/,
  );
  invalid(
    'a ring that is no power of two',
    s => s.declareQueue('q', { ringBytes: 100_000 }),
    /power of two/,
    /100000/,
  );
  invalid('a ring that is too small', s => s.declareQueue('q', { ringBytes: 1024 }), /1024/, /65536/);
  precondition(
    'a redeclared queue with another dispatch',
    s => s.declareQueue('waiting', { dispatch: 'shared-locked' }),
    /'waiting'/,
    /shared-locked/,
    /queue-per-consumer/,
  );
  precondition(
    'a redeclared queue with another ring',
    s => s.declareQueue('waiting', { ringBytes: 1 << 16 }),
    /ringBytes/,
    /65536/,
  );
  precondition(
    'a redeclared queue with an argument of a wrong type',
    s => s.declareQueue('q', { arguments: { 'x-max-length': 'ten' } }),
    /x-max-length/,
    /'ten'/,
  );
  notFound(
    'a passive declaration of a queue that is none',
    s => s.declareQueue('gone', { passive: true }),
    /'gone'/,
  );
  notFound('a check of a queue that is none', s => s.checkQueue('gone'), /'gone'/, /Declare/);
  notFound('a purge of a queue that is none', s => s.purgeQueue('gone'), /'gone'/);
  notFound('a get from a queue that is none', s => s.get('gone'), /'gone'/);
  invalid('an unknown option of get', s => s.get('waiting', { ack: true }), /'ack'/, /codec/);
  precondition(
    'the deletion of a queue in use',
    s => s.deleteQueue('consumed', { ifUnused: true }),
    /'consumed'/,
    /1 consumers/,
    /ifUnused/,
  );
  precondition(
    'the deletion of a queue with messages',
    s => s.deleteQueue('waiting', { ifEmpty: true }),
    /'waiting'/,
    /1 messages/,
    /ifEmpty/,
  );
  invalid('ifEmpty that is no boolean', s => s.deleteQueue('waiting', { ifEmpty: 1 }), /ifEmpty/, /1/);
});
