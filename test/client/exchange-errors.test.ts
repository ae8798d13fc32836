import { describe } from 'vitest';
import { invalid, notFound, precondition, refused } from './refusals.js';

const long = 'é'.repeat(128);

describe('exchanges and bindings: bad input is refused, and changes nothing:', () => {
  invalid(
    'an exchange type that is none',
    s => s.declareExchange('x', 'ring'),
    /'ring'/,
    /direct, fanout, headers, topic/,
  );
  invalid('an exchange type that is no string', s => s.declareExchange('x', 7), /7/, /direct|string/);
  invalid(
    'an exchange name that is no string',
    s => s.declareExchange(7, 'direct'),
    /must be a string, not 7/,
  );
  invalid(
    'an exchange name of 256 bytes',
    s => s.declareExchange(long, 'direct'),
    /256 bytes/,
    /at most 255/,
    /Shorten/,
  );
  invalid(
    'an unknown option of an exchange',
    s => s.declareExchange('x', 'direct', { colour: 1 }),
    /'colour'/,
    /autoDelete/,
  );
  invalid(
    'options of an exchange that are no object',
    s => s.declareExchange('x', 'direct', 'durable'),
    /'durable'/,
    /object/,
  );
  invalid(
    'a flag of an exchange that is no boolean',
    s => s.declareExchange('x', 'direct', { durable: 'yes' }),
    /durable/,
    /'yes'/,
    /boolean/,
  );
  invalid(
    'an alternate exchange that is no name',
    s => s.declareExchange('x', 'direct', { alternateExchange: 5 }),
    /alternate/i,
    /5/,
    /string/,
  );
  invalid(
    'arguments that are no object',
    s => s.declareExchange('x', 'direct', { arguments: [1] }),
    /arguments/,
    /array/,
  );
  invalid(
    'an argument that is a function',
    s => s.declareExchange('x', 'direct', { arguments: { f: () => 1 } }),
    /f/,
  );
  precondition(
    'a redeclared exchange of another type',
    s => s.declareExchange('there', 'topic'),
    /'there'/,
    /'direct'/,
    /'topic'/,
    /delete it first/,
  );
  precondition(
    'a redeclared exchange with another flag',
    s => s.declareExchange('there', 'direct', { autoDelete: true }),
    /autoDelete/,
    /true/,
    /false/,
  );
  precondition(
    'a durable exchange: there is no store',
    s => s.declareExchange('x', 'direct', { durable: true }),
    /'x'/,
    /no store/,
    /Leave durable out/,
  );
  refused('an exchange in the reserved name space', s => s.declareExchange('amq.mine', 'direct'), /amq\./);
  notFound('a check of an exchange that is none', s => s.checkExchange('gone'), /'gone'/);
  precondition(
    'the deletion of an exchange in use',
    s => s.deleteExchange('there', { ifUnused: true }),
    /'there'/,
  );
  refused('the deletion of the default exchange', s => s.deleteExchange(''), /default exchange/);
  invalid(
    'ifUnused that is no boolean',
    s => s.deleteExchange('there', { ifUnused: 'yes' }),
    /ifUnused/,
    /'yes'/,
  );
  notFound('a binding of a queue that is none', s => s.bindQueue('gone', 'there'), /'gone'/);
  notFound('a binding to an exchange that is none', s => s.bindQueue('waiting', 'gone'), /'gone'/);
  refused('a binding to the default exchange', s => s.bindQueue('waiting', ''), /default exchange/);
  invalid(
    'a binding key of 256 bytes',
    s => s.bindQueue('waiting', 'there', long),
    /256 bytes/,
    /at most 255/,
  );
  invalid('a binding key that is no string', s => s.bindQueue('waiting', 'there', 5), /5/);
  invalid(
    'binding arguments that are null',
    s => s.bindQueue('waiting', 'there', 'k', null),
    /arguments/,
    /null/,
  );
  invalid(
    'a binding argument that is a symbol',
    s => s.bindQueue('waiting', 'amq.headers', 'k', { a: Symbol('s') }),
    /symbol|Symbol/i,
  );
  precondition(
    'an x-match that is none',
    s => s.bindQueue('waiting', 'amq.headers', '', { 'x-match': 'some' }),
    /some/,
    /all/,
  );
  notFound('an exchange bound to one that is none', s => s.bindExchange('there', 'gone'), /'gone'/);
  notFound('an exchange that is none, bound', s => s.bindExchange('gone', 'there'), /'gone'/);
});
