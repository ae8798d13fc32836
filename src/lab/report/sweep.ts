import type { Interval } from '../../statistics/bootstrap.js';
import type { Group, Place } from './arrangement.js';
import { categories, rates, type Scale } from './axis.js';
import { type Dimension, RATE, SHAPE } from './dimensions.js';
import { interval } from './measured.js';
import { counted, range } from './numbers.js';
import { labelOf } from './places.js';
import type { Measurement } from './quantities.js';
import type { Axis, Line, Plot, Point } from './view.js';

/** Series beside each other at a place would hide each other: they stand apart by this part of the way to the next. */
const APART = 0.035;

/** Places that differ in one dimension: a chart. */
export interface Sweep {
  readonly title: string;
  readonly axis: Dimension;
  /** In the order of the axis. */
  readonly places: readonly Place[];
}

/** The places of a group, along its first axis: a sweep for each value of the other ones. None if it has no axis. */
export function sweepsOf({ axes, places }: Group): Sweep[] {
  const [axis, ...others] = axes;
  if (axis === undefined) return [];
  const parts = new Map<string, Place[]>();
  for (const place of places) {
    const title = others.map(other => other.label(place.cell)).join(', ');
    const part = parts.get(title) ?? [];
    part.push(place);
    parts.set(title, part);
  }
  return [...parts].flatMap(([title, part]) => {
    const families = axis === SHAPE ? shapeFamilies(part) : [{ title: '', places: part }];
    return families.map(family => ({
      title: [family.title, title].filter(text => text !== '').join(', '),
      axis,
      places: family.places,
    }));
  });
}

/**
 * Along one axis only shapes that grow in the same way: a line from 1 → 4 to 4 → 1 would say nothing. A shape may
 * stand in more than one family.
 */
function shapeFamilies(places: readonly Place[]): { title: string; places: readonly Place[] }[] {
  const families = [
    { title: 'as many producers as consumers', has: (p: number, c: number) => p === c },
    { title: 'one producer', has: (p: number) => p === 1 },
    { title: 'one consumer', has: (_: number, c: number) => c === 1 },
  ].map(({ title, has }) => ({
    title,
    places: places.filter(({ cell }) => has(cell.producers, cell.consumers)),
  }));
  const found = families.filter(family => family.places.length > 1);
  const shown = new Set(found.flatMap(family => family.places));
  const rest = places.filter(place => !shown.has(place));
  if (rest.length > 0) found.push({ title: found.length === 0 ? '' : 'other shapes', places: rest });
  return found.length === 1 ? [{ title: '', places: found[0]!.places }] : found;
}

/** A chart with a line for each series, points with their intervals. */
export function plotOf(sweep: Sweep, title: string, y: Scale, { of, words }: Measurement): Plot {
  const { places } = sweep;
  const { axis, at } = axisOf(sweep);
  const present = [...new Set(places.flatMap(({ members }) => members.map(({ series }) => series)))];
  const apart = (APART * (at.at(-1)! - at[0]!)) / Math.max(1, places.length - 1);
  const lines = present
    .sort((a, b) => a - b)
    .map((style, order): Line => {
      const shift = apart * (order - (present.length - 1) / 2);
      const points = places.flatMap((place, index): Point[] => {
        const member = place.members.find(({ series }) => series === style);
        const measured = member === undefined ? null : interval(member, of);
        if (member === undefined || measured === null) return [];
        return [
          {
            at: [at[index]! + shift, y.at(measured.estimate)],
            yInterval: [y.at(measured.low), y.at(measured.high)],
            text: [member.name, labelOf(place), ...saysInterval(measured, words)],
          },
        ];
      });
      return { style, joined: true, named: false, points, curve: [] };
    });
  return {
    kind: 'plot',
    title,
    x: axis,
    y: y.axis,
    lines,
    oversubscribed: oversubscribedPart(places, axis),
  };
}

/** Lines of text: the estimate, then its interval and the number of runs. */
export function saysInterval(interval: Interval, words: (value: number) => string): string[] {
  const { estimate, low, high, count } = interval;
  return [words(estimate), `${range(low, high, words)}, ${counted(count, 'run')}`];
}

/** The axis, and where the places lie on it. */
function axisOf({ axis, places }: Sweep): { axis: Axis; at: readonly number[] } {
  if (axis !== RATE) {
    const labels = places.map(({ cell }) => axis.label(cell));
    return { axis: categories(axis.name, labels), at: [...labels.keys()] };
  }
  const asked = places.map(({ cell }) => cell.rate!);
  const scale = rates(axis.name, asked);
  return { axis: scale.axis, at: asked.map(scale.at) };
}

/** Places are sorted by their threads where those differ, so that the oversubscribed ones lie on one side. */
function oversubscribedPart(places: readonly Place[], { from, to }: Axis): [number, number] | null {
  const first = places.findIndex(({ oversubscribed }) => oversubscribed);
  if (first === -1) return null;
  return first === 0 ? [from, to] : [first - 0.5, to];
}
