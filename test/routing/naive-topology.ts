/**
 * A topology that is slow and obviously right: one list of bindings, looked through from end to end, and rules
 * written as their definitions read. It shares no code with `src/routing/`.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Headers } from '#src/routing/exchange-type.js';

export interface NaiveExchange {
  readonly type: string;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly alternateExchange: string | undefined;
  /** It is an x-delayed-message exchange before one of that type. */
  readonly delayed: boolean;
}

/** The queues that a message reaches, and the exchanges that hold it. */
export interface NaiveRoute {
  readonly queues: string[];
  readonly holds: string[];
}

export interface NaiveBinding {
  readonly source: string;
  readonly kind: 'queue' | 'exchange';
  readonly destination: string;
  readonly key: string;
  readonly arguments: Headers;
}

/** The same for equal bindings, in whatever order their arguments are. */
export function bindingText({ source, kind, destination, key, arguments: table }: NaiveBinding): string {
  const entries = Object.entries(table)
    .map(([name, value]) => [name, value instanceof Uint8Array ? { bytes: [...value] } : value])
    .sort();
  return JSON.stringify([source, kind, destination, key, entries]);
}

const PLAIN = { autoDelete: false, internal: false, alternateExchange: undefined, delayed: false };

export class NaiveTopology {
  readonly exchanges = new Map<string, NaiveExchange>([
    ['', { ...PLAIN, type: 'direct' }],
    ['amq.topic', { ...PLAIN, type: 'topic' }],
  ]);
  readonly queues = new Set<string>();
  bindings: NaiveBinding[] = [];

  bind(binding: NaiveBinding): 'ok' | 'not found' {
    const destinations = binding.kind === 'queue' ? this.queues : this.exchanges;
    if (!this.exchanges.has(binding.source) || !destinations.has(binding.destination)) return 'not found';
    if (!this.bindings.some(other => bindingText(other) === bindingText(binding)))
      this.bindings.push(binding);
    return 'ok';
  }

  /** Removes bindings, then the autoDelete exchanges that lost their last one. */
  unbind(doomed: (binding: NaiveBinding) => boolean): void {
    const lost = this.bindings.filter(doomed);
    this.bindings = this.bindings.filter(binding => !doomed(binding));
    for (const { source } of lost) {
      const inUse = this.bindings.some(binding => binding.source === source);
      if (this.exchanges.get(source)?.autoDelete && !inUse) this.deleteExchange(source);
    }
  }

  deleteExchange(name: string): void {
    this.exchanges.delete(name);
    this.unbind(
      binding => binding.source === name || (binding.kind === 'exchange' && binding.destination === name),
    );
  }

  removeQueue(name: string): void {
    this.queues.delete(name);
    this.unbind(binding => binding.kind === 'queue' && binding.destination === name);
  }

  route(start: string, key: string, headers: Headers | undefined): NaiveRoute | 'not found' | 'refused' {
    const exchange = this.exchanges.get(start);
    if (exchange === undefined) return 'not found';
    if (exchange.internal) return 'refused';
    return this.#routeFrom(start, key, headers, new Set());
  }

  routeReleased(start: string, key: string, headers: Headers | undefined): NaiveRoute {
    return this.#routeFrom(start, key, headers, undefined);
  }

  /** @param holds undefined if no exchange is to hold the message */
  #routeFrom(
    start: string,
    key: string,
    headers: Headers | undefined,
    holds: Set<string> | undefined,
  ): NaiveRoute {
    const queues = new Set<string>();
    this.#visit(start, key, headers, new Set(), queues, holds);
    return { queues: [...queues].sort(), holds: [...(holds ?? [])].sort() };
  }

  #visit(
    name: string,
    key: string,
    headers: Headers | undefined,
    seen: Set<string>,
    queues: Set<string>,
    holds: Set<string> | undefined,
  ): void {
    const exchange = this.exchanges.get(name);
    if (exchange === undefined || seen.has(name)) return;
    seen.add(name);
    if (exchange.delayed && holds !== undefined && isDelay(headers?.['x-delay'])) {
      holds.add(name);
      return;
    }
    if (name === '') {
      if (this.queues.has(key)) queues.add(key);
      return;
    }
    const matching = this.bindings.filter(
      binding => binding.source === name && matches(exchange.type, binding, key, headers),
    );
    for (const { kind, destination } of matching) {
      if (kind === 'queue') queues.add(destination);
      else this.#visit(destination, key, headers, seen, queues, holds);
    }
    if (matching.length === 0 && exchange.alternateExchange !== undefined) {
      this.#visit(exchange.alternateExchange, key, headers, seen, queues, holds);
    }
  }
}

/** Enough for what the tests generate. */
function isDelay(header: unknown): boolean {
  return header === 1 || header === 1n || header === '1';
}

function matches(type: string, binding: NaiveBinding, key: string, headers: Headers | undefined): boolean {
  switch (type) {
    case 'fanout':
      return true;
    case 'direct':
      return binding.key === key;
    case 'topic':
      return topicMatches(words(binding.key), words(key));
    case 'headers':
      return headersMatch(binding.arguments, headers ?? {});
    default:
      throw new Error(`no type ${type}`);
  }
}

export function words(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

export function topicMatches([first, ...pattern]: string[], key: string[]): boolean {
  if (first === undefined) return key.length === 0;
  if (first === '#')
    return key.some((_, i) => topicMatches(pattern, key.slice(i))) || topicMatches(pattern, []);
  return key.length > 0 && (first === '*' || first === key[0]) && topicMatches(pattern, key.slice(1));
}

function headersMatch(bindingArguments: Headers, headers: Headers): boolean {
  const kind = bindingArguments['x-match'] ?? 'all';
  const results: boolean[] = [];
  for (const [name, wanted] of Object.entries(bindingArguments)) {
    if (name === 'x-match') continue;
    if (name.startsWith('x-') && (kind === 'all' || kind === 'any')) continue;
    results.push(name in headers && (wanted === null || same(wanted, headers[name])));
  }
  return kind === 'all' || kind === 'all-with-x' ? results.every(Boolean) : results.some(Boolean);
}

function same(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return BigInt(a) === BigInt(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.join() === b.join();
  return isDeepStrictEqual(a, b);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
