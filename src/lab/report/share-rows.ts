import type { Member, Place } from './arrangement.js';
import { shares as shareAxis } from './axis.js';
import { labelOf } from './places.js';
import { type Shares, wholePercents } from './time-shares.js';
import type { Figure, Paint, Rows } from './view.js';

/** A part of a whole, and its colour. */
export interface Part {
  readonly name: string;
  readonly paint: Paint;
}

/** For each member one bar from 0 to 100 %, made of its parts. Null if no member has them. */
export function shareRows(
  title: string,
  { members }: Place,
  parts: readonly Part[],
  sharesOf: (member: Member) => Shares | null,
): Rows | null {
  const rows = members.flatMap(member => {
    const shares = sharesOf(member);
    return shares === null ? [] : [{ name: member.name, bars: barsOf(member.name, parts, shares), dots: [] }];
  });
  return rows.length === 0 ? null : { kind: 'rows', title, x: shareAxis(''), rows, names: 'above' };
}

function barsOf(name: string, parts: readonly Part[], shares: Shares) {
  const percents = wholePercents(shares);
  let end = 0;
  return parts.flatMap((part, index) => {
    const from = end;
    end += shares[index]!;
    if (end === from) return [];
    const label = `${percents[index]}\u00a0%`;
    return [
      { from, to: end, paint: part.paint, label, labelAt: 'inside' as const, text: [name, part.name, label] },
    ];
  });
}

/** A frame for each place that has panels; null if none has. */
export function placesFigure(
  places: readonly Place[],
  shown: Place | undefined,
  panelsOf: (place: Place) => readonly (Rows | null)[],
  key: Figure['key'],
): Figure | null {
  const frames = places.flatMap(place => {
    const panels = panelsOf(place).filter(panel => panel !== null);
    return panels.length === 0 ? [] : [{ place, title: labelOf(place), panels }];
  });
  if (frames.length === 0) return null;
  const first = Math.max(
    0,
    frames.findIndex(({ place }) => place === shown),
  );
  return { frames: frames.map(({ title, panels }) => ({ title, panels })), first, key, switches: false };
}

export function shareFigure(
  places: readonly Place[],
  shown: Place | undefined,
  parts: readonly Part[],
  panelsOf: (place: Place) => readonly (Rows | null)[],
): Figure | null {
  const key = parts.map(part => ({ ...part, marker: 'square' as const, hollow: false }));
  return placesFigure(places, shown, panelsOf, key);
}
