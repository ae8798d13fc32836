import type { Arrangement, Group, Place } from './arrangement.js';
import { RATE } from './dimensions.js';
import { keepsUp } from './keeping-up.js';

/** The place that a sentence speaks of: the last one where every thread has a core, or else the first. */
export function focusOf({ places }: Pick<Group, 'places'>): Place | undefined {
  return places.findLast(({ oversubscribed }) => !oversubscribed) ?? places[0];
}

/** The highest rate that all keep up with: beyond it, latency is the length of a queue that grows. */
export function calmPlace(group: Group): Place | undefined {
  if (!group.axes.includes(RATE)) return focusOf(group);
  const calm = group.places.filter(({ members }) => members.every(keepsUp));
  // At a rate that most cannot follow, fewer are measured: it would say nothing about the others.
  const most = Math.max(...calm.map(({ members }) => members.length));
  return focusOf({ places: calm.filter(({ members }) => members.length === most) }) ?? group.places[0];
}

/** The place that speaks for the lab. */
export function mainPlace({ fullSpeed, paced }: Arrangement): Place | undefined {
  return focusOf(fullSpeed) ?? calmPlace(paced);
}

export function everyPlace({ fullSpeed, paced }: Arrangement): Place[] {
  return [...fullSpeed.places, ...paced.places];
}
