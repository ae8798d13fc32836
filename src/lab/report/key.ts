import type { Place } from './arrangement.js';
import type { KeyEntry, Style } from './view.js';

/** The series of some places, as a key of a chart. */
export function seriesKey(places: readonly Place[], styles: readonly Style[]): KeyEntry[] {
  const present = new Set(places.flatMap(({ members }) => members.map(({ series }) => series)));
  return styles.flatMap(({ name }, style) => (present.has(style) ? [{ name, style }] : []));
}
