import { integer } from '../../comparison/table.js';
import type { Group, Place } from './arrangement.js';
import { SHAPE } from './dimensions.js';
import { listed } from './numbers.js';
import type { Quantity } from './quantities.js';
import { leaders, ranked } from './standing.js';

/** A sentence: `With 2 producers and 2 consumers (oversubscribed), …`. */
export function saysPlace({ words, oversubscribed }: Place, clause: string): string {
  return `With ${words}${oversubscribed ? ' (oversubscribed)' : ''}, ${clause}.`;
}

/** The place in a table, a chart or a choice. */
export function labelOf({ label, oversubscribed }: Place): string {
  return oversubscribed ? `${label} (oversubscribed)` : label;
}

/** How often each is ahead alone; nothing if there is one place. */
export function saysElsewhere(places: readonly Place[], quantity: Quantity): string[] {
  if (places.length < 2) return [];
  const ahead = new Map<string, number>();
  let undecided = 0;
  for (const place of places) {
    const [first, ...others] = leaders(ranked(place.members, quantity));
    if (first === undefined) continue;
    if (others.length > 0) undecided++;
    else ahead.set(first.member.name, (ahead.get(first.member.name) ?? 0) + 1);
  }
  const [only] = ahead.keys();
  if (ahead.get(only ?? '') === places.length) {
    return [
      `In each of the ${integer(places.length)} combinations ${only} is ahead alone in ${quantity.name}.`,
    ];
  }
  if (undecided === places.length) {
    return [
      `In none of the ${integer(places.length)} combinations these runs show anybody ahead alone in ${quantity.name}.`,
    ];
  }
  const parts = [...ahead]
    .sort(([, a], [, b]) => b - a)
    .map(
      ([name, count], index) =>
        `${name}${index === 0 ? ` is ahead alone in ${quantity.name}` : ''} in ${integer(count)}`,
    );
  if (undecided > 0) parts.push(`in ${integer(undecided)} these runs show nobody ahead alone`);
  return parts.length === 0 ? [] : [`Of ${integer(places.length)} combinations, ${listed(parts)}.`];
}

/** What all cells of a group have in common, and how their shapes are written; for the lines that explain a chart. */
export function saysCommon({ common, axes }: Group): string {
  const shapes =
    axes.length === 0 || axes.includes(SHAPE) ? ' 1 → 2 means one producer and two consumers.' : '';
  return `All with ${common.join(', ')}, unless a name says otherwise.${shapes}`;
}
