import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AccessRefusedError, NotFoundError } from '#src/errors.js';
import type { Headers } from '#src/routing/exchange-type.js';
import { Route } from '#src/routing/route-cache.js';
import type { Destinations } from '#src/routing/route-walk.js';
import { Topology } from '#src/routing/topology.js';
import {
  bindingText,
  type NaiveBinding,
  type NaiveExchange,
  type NaiveRoute,
  NaiveTopology,
} from './naive-topology.js';
import { names, type Queue } from './routes.js';

const EXCHANGES = ['e0', 'e1', 'e2', 'e3', 'amq.topic'];
const QUEUES = ['q0', 'q1', 'q2', 'q3'];

const exchangeName = fc.constantFrom(...EXCHANGES);
const ownExchangeName = fc.constantFrom(...EXCHANGES.slice(0, 4));
const queueName = fc.constantFrom(...QUEUES);
const bindingKey = fc.constantFrom('', 'a', 'a.b', '*', '#', 'a.#', '*.b', '#.b', 'a.*.b', 'q0');
const routingKey = fc.constantFrom('', 'a', 'a', 'a.b', 'a.b', 'a..b', 'q0');
const argument = fc.constantFrom(1, 1, '1', true, null, Uint8Array.of(1));
const headerValue = fc.constantFrom(1, 1n, '1', true, null, Buffer.of(1));
const headerName = fc.constantFrom('h', 'i', 'x-j');
const bindingArguments = fc
  .tuple(
    fc.constantFrom(undefined, 'all', 'any', 'all-with-x', 'any-with-x'),
    fc.dictionary(headerName, argument, { maxKeys: 2, size: 'max' }),
  )
  .map(([match, rest]): Headers => (match === undefined ? rest : { ...rest, 'x-match': match }));
const publishedName = fc.oneof(headerName, fc.constant('x-delay'));
const headers = fc.option(fc.dictionary(publishedName, headerValue, { maxKeys: 4, size: 'max' }), {
  nil: undefined,
});

const exchange = fc.record<NaiveExchange>({
  type: fc.constantFrom('direct', 'fanout', 'topic', 'headers'),
  autoDelete: fc.constantFrom(false, false, true),
  internal: fc.constantFrom(false, false, false, false, true),
  alternateExchange: fc.constantFrom(undefined, ...EXCHANGES, ''),
  delayed: fc.constantFrom(false, false, true),
});
const binding = fc.oneof(
  fc.record<NaiveBinding>({
    source: exchangeName,
    kind: fc.constant('queue' as const),
    destination: queueName,
    key: bindingKey,
    arguments: bindingArguments,
  }),
  fc.record<NaiveBinding>({
    source: exchangeName,
    kind: fc.constant('exchange' as const),
    destination: exchangeName,
    key: bindingKey,
    arguments: bindingArguments,
  }),
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('bind' as const), binding }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('unbind' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unbind any' as const), binding }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('declare' as const), name: ownExchangeName, exchange }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), name: ownExchangeName }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('add queue' as const), name: queueName }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove queue' as const), name: queueName }) },
  {
    weight: 16,
    arbitrary: fc.record({
      does: fc.constant('publish' as const),
      to: fc.oneof(exchangeName, fc.constant('')),
      key: routingKey,
      headers,
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The topology, the naive one, and the routes a router would have cached; each step is done to all. */
class Pair {
  readonly naive = new NaiveTopology();
  readonly topology = new Topology<Queue>();
  readonly routes = new Map<string, Route<Queue>>();

  declare(name: string, declared: NaiveExchange): void {
    if (this.naive.exchanges.has(name)) return;
    this.naive.exchanges.set(name, declared);
    const type = declared.delayed ? 'x-delayed-message' : declared.type;
    this.topology.declareExchange(name, type, {
      ...declared,
      arguments: { 'x-delayed-type': declared.type },
    });
  }

  addQueue(name: string): void {
    if (this.naive.queues.has(name)) return;
    this.naive.queues.add(name);
    this.topology.addQueue({ name });
  }

  bind(wanted: NaiveBinding): void {
    const result = outcome(() => {
      const { destination, source, key } = wanted;
      if (wanted.kind === 'queue') this.topology.bindQueue(destination, source, key, wanted.arguments);
      else this.topology.bindExchange(destination, source, key, wanted.arguments);
      return 'ok';
    });
    expect(result).toBe(this.naive.bind(wanted));
  }

  unbind(unwanted: NaiveBinding): void {
    const { destination, source, key } = unwanted;
    // A table equal in all but the order of its names.
    const turned = Object.fromEntries(Object.entries(unwanted.arguments).reverse());
    if (unwanted.kind === 'queue') this.topology.unbindQueue(destination, source, key, turned);
    else this.topology.unbindExchange(destination, source, key, turned);
    const text = bindingText(unwanted);
    this.naive.unbind(other => bindingText(other) === text);
  }

  publish(to: string, key: string, messageHeaders: Headers | undefined): void {
    const expected = this.naive.route(to, key, messageHeaders);
    const address = `${to} ${key}`;
    let route = this.routes.get(address);
    if (route === undefined) {
      route = new Route(to, key);
      this.routes.set(address, route);
    }
    const readProperties = () => ({ headers: messageHeaders });
    const resolve = () => {
      const queues = route.resolve(this.topology, readProperties);
      return naiveRoute({ queues, delayed: route.delayed });
    };
    expect(outcome(() => naiveRoute(this.topology.route(to, key, readProperties)))).toEqual(expected);
    expect(outcome(resolve)).toEqual(expected);
    expect(outcome(resolve)).toEqual(expected);
    expect(naiveRoute(this.topology.routeReleased(to, key, readProperties))).toEqual(
      this.naive.routeReleased(to, key, messageHeaders),
    );
  }

  do(step: Step): void {
    switch (step.does) {
      case 'bind':
        this.bind(step.binding);
        break;
      case 'unbind any':
        this.unbind(step.binding);
        break;
      case 'unbind':
        if (this.naive.bindings.length > 0) {
          this.unbind(this.naive.bindings[step.which % this.naive.bindings.length]!);
        }
        break;
      case 'declare':
        this.declare(step.name, step.exchange);
        break;
      case 'delete':
        this.naive.deleteExchange(step.name);
        this.topology.deleteExchange(step.name);
        break;
      case 'add queue':
        this.addQueue(step.name);
        break;
      case 'remove queue':
        this.naive.removeQueue(step.name);
        this.topology.removeQueue(step.name);
        break;
      case 'publish':
        this.publish(step.to, step.key, step.headers);
        break;
    }
  }

  checkListing(): void {
    const listed = [...this.topology.bindings()]
      .filter(({ source }) => source !== '')
      .map(({ destinationKind, ...rest }) => bindingText({ ...rest, kind: destinationKind }));
    expect(listed.sort()).toEqual(this.naive.bindings.map(bindingText).sort());
    const exchanges = [...this.topology.exchanges()].map(({ name }) => name);
    expect(exchanges.filter(name => !name.startsWith('amq.') || name === 'amq.topic').sort()).toEqual(
      [...this.naive.exchanges.keys()].sort(),
    );
  }
}

function naiveRoute({ queues, delayed }: Pick<Destinations<Queue>, 'queues' | 'delayed'>): NaiveRoute {
  return { queues: names(queues), holds: delayed.map(hold => hold.exchange).sort() };
}

function outcome<T>(attempt: () => T): T | 'not found' | 'refused' {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof NotFoundError) return 'not found';
    if (error instanceof AccessRefusedError) return 'refused';
    throw error;
  }
}

test('routes, cached or not, are those of a linear scan, while the topology changes', () => {
  fc.assert(
    fc.property(
      fc.array(exchange, { minLength: 4, maxLength: 4 }),
      fc.array(binding, { minLength: 6, maxLength: 16 }),
      fc.array(step, { minLength: 20, maxLength: 50 }),
      (exchanges, bindings, steps) => {
        const pair = new Pair();
        exchanges.forEach((declared, i) => {
          pair.declare(`e${i}`, declared);
        });
        for (const name of QUEUES.slice(0, 3)) pair.addQueue(name);
        for (const each of bindings) pair.bind(each);
        for (const each of steps) pair.do(each);
        pair.checkListing();
      },
    ),
    { numRuns: 6000 },
  );
});
