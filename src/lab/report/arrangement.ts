import type { Cell } from '../cell.js';
import { BATCH, BODY, DESIGN, type Dimension, RATE, RING, ROUTED, SHAPE, WAIT, WORK } from './dimensions.js';
import type { Measured } from './measured.js';
import { styleOf } from './styles.js';
import type { Style } from './view.js';

/**
 * How the cells of a lab lie to each other. What is compared, designs or ways to wait, are *series*. What else cells
 * differ in are *axes*. Cells that differ in their series alone are a *place*: only there are series compared.
 */
export interface Arrangement {
  /** Of the series, in their order. */
  readonly styles: readonly Style[];
  /** Producers send as fast as they can. */
  readonly fullSpeed: Group;
  /** Producers send at a rate. */
  readonly paced: Group;
  /** What a series is: a design or a way to wait. */
  readonly subject: 'design' | 'way to wait';
}

export interface Group {
  /** The one that goes along the x axis of a chart comes first. */
  readonly axes: readonly Dimension[];
  /** Sorted by the last axis first. */
  readonly places: readonly Place[];
  /** What all cells have in common, for a sentence; empty without cells. */
  readonly common: readonly string[];
}

export interface Place {
  /** In a table. */
  readonly label: string;
  /** In a sentence, after "with". */
  readonly words: string;
  /** One of its cells: in the axes they are the same. */
  readonly cell: Cell;
  readonly oversubscribed: boolean;
  /** In the order of their series. */
  readonly members: readonly Member[];
}

export interface Member extends Measured {
  readonly name: string;
  /** Index of its series. */
  readonly series: number;
}

const AXES: readonly Dimension[] = [RATE, SHAPE, BODY, WORK, BATCH, RING, WAIT, ROUTED, DESIGN];

export function arrange(measured: readonly Measured[]): Arrangement {
  const subject = isAxis(WAIT, measured, DESIGN) ? WAIT : DESIGN;
  const groups = [
    named(
      measured.filter(({ cell }) => cell.rate === null),
      subject,
    ),
    named(
      measured.filter(({ cell }) => cell.rate !== null),
      subject,
    ),
  ] as const;
  const names = new Map<string, Cell>();
  for (const { members } of groups) for (const { name, cell } of members) names.set(name, cell);
  const series = [...names].sort(
    ([a, x], [b, y]) => subject.order(x) - subject.order(y) || a.length - b.length || (a < b ? -1 : 1),
  );
  const indices = new Map(series.map(([name], index) => [name, index]));
  const [fullSpeed, paced] = groups.map(group => groupOf(group, indices));
  return {
    styles: series.map(([name]) => styleOf(name)),
    fullSpeed: fullSpeed!,
    paced: paced!,
    subject: subject === WAIT ? 'way to wait' : 'design',
  };
}

/**
 * Whether at least half of what is compared was measured with more than one value of the dimension. Otherwise it is a
 * peculiarity of some, and stands in their names.
 */
function isAxis(dimension: Dimension, measured: readonly Measured[], subject: Dimension): boolean {
  const values = new Map<string, Set<string>>();
  for (const { cell } of measured) {
    const subjectLabel = subject.label(cell);
    const labels = values.get(subjectLabel) ?? new Set();
    values.set(subjectLabel, labels.add(dimension.label(cell)));
  }
  const counts = [...values.values()].map(labels => labels.size);
  return counts.some(count => count > 1) && counts.filter(count => count > 1).length * 2 >= counts.length;
}

interface NamedGroup {
  readonly axes: readonly Dimension[];
  readonly members: readonly (Measured & { readonly name: string })[];
  readonly common: readonly string[];
}

function named(measured: readonly Measured[], subject: Dimension): NamedGroup {
  const candidates = AXES.filter(dimension => dimension !== subject);
  const rates = new Set(measured.map(({ cell }) => cell.rate));
  const axes = candidates.filter(dimension =>
    dimension === RATE ? rates.size > 1 : isAxis(dimension, measured, subject),
  );
  const others = candidates.filter(dimension => !axes.includes(dimension) && dimension !== DESIGN);
  const usual = new Map(others.map(dimension => [dimension, mostCommon(dimension, measured)]));
  return {
    axes,
    members: measured.map(one => {
      const peculiar = others.filter(dimension => dimension.label(one.cell) !== usual.get(dimension)?.label);
      const labels = peculiar.map(dimension => dimension.label(one.cell));
      const name = subject.label(one.cell);
      return { ...one, name: labels.length === 0 ? name : `${name} with ${labels.join(', ')}` };
    }),
    common: [...usual.values()].flatMap(value => (value === undefined ? [] : [value.words])),
  };
}

function mostCommon(dimension: Dimension, measured: readonly Measured[]) {
  const counts = new Map<string, { label: string; words: string; count: number }>();
  for (const { cell } of measured) {
    const label = dimension.label(cell);
    const entry = counts.get(label) ?? { label, words: dimension.words(cell), count: 0 };
    entry.count++;
    counts.set(label, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0];
}

function groupOf({ axes, members, common }: NamedGroup, indices: ReadonlyMap<string, number>): Group {
  const places = new Map<string, Member[]>();
  for (const member of members) {
    const key = axes.map(axis => axis.label(member.cell)).join('|');
    const others = places.get(key) ?? [];
    others.push({ ...member, series: indices.get(member.name)! });
    places.set(key, others);
  }
  return {
    axes,
    common,
    places: [...places.values()].map(others => placeOf(others, axes)).sort(byAxes(axes)),
  };
}

function placeOf(members: readonly Member[], axes: readonly Dimension[]): Place {
  const { cell } = members[0]!;
  const told = axes.length > 0 ? axes : cell.rate === null ? [SHAPE] : [SHAPE, RATE];
  return {
    label: told.map(axis => axis.label(cell)).join(', '),
    words: told.map(axis => axis.words(cell)).join(', '),
    cell,
    oversubscribed: members.some(({ oversubscribed }) => oversubscribed),
    members: [...members].sort((a, b) => a.series - b.series),
  };
}

function byAxes(axes: readonly Dimension[]): (a: Place, b: Place) => number {
  const lastFirst = axes.toReversed();
  return (a, b) => {
    for (const axis of lastFirst) {
      const difference = axis.order(a.cell) - axis.order(b.cell);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
