/**
 * What the page of a report shows. All of it is made here, on the side of Node: sentences, tables, and where each mark of a
 * chart stands. The script in the page imports these types and nothing else; it knows neither units nor logarithms.
 */

export interface View {
  readonly title: string;
  /** What was run, where and when: a line each. */
  readonly lead: readonly string[];
  readonly warnings: readonly Warning[];
  readonly sections: readonly Section[];
  readonly styles: readonly Style[];
}

export interface Warning {
  /** `fault`: figures are missing or not to be believed. `caution`: they are to be read with care. */
  readonly level: 'fault' | 'caution';
  readonly says: string;
  readonly details: readonly string[];
}

export interface Section {
  /** Anchor in the page. */
  readonly id: string;
  readonly title: string;
  /** What the figures show, a sentence each, the most important one first. */
  readonly says: readonly string[];
  /** How to read them, a paragraph each. */
  readonly reading: readonly string[];
  readonly figure: Figure | null;
  readonly tables: readonly Table[];
  /** Whether the tables stand in a summary, too. */
  readonly summarized: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly groups: readonly TableGroup[];
}

export interface TableGroup {
  /** What its rows have in common; empty if the table has one group. */
  readonly title: string;
  readonly oversubscribed: boolean;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Index in `View.styles` of what the row is about; null if it is about nothing that has one. */
  readonly style: number | null;
  /** As many as there are columns; the first one names the row. */
  readonly cells: readonly string[];
}

/** How a design looks, in every chart. */
export interface Style {
  readonly name: string;
  readonly paint: Paint;
  readonly marker: Marker;
  /** Lengths of dash and gap, in pixels; empty for a line without gaps. */
  readonly dash: readonly number[];
  readonly hollow: boolean;
}

/** A colour of the style sheet, by its name there. */
export type Paint = `series-${number}` | `part-${number}` | 'muted';
export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'wedge' | 'bow' | 'pentagon' | 'cross';

/** Panels beside each other. With more than one frame the reader chooses which is shown. */
export interface Figure {
  readonly frames: readonly Frame[];
  /** Which one is shown first. */
  readonly first: number;
  /** What the colours mean. */
  readonly key: readonly KeyEntry[];
  /** Whether the entries of the key switch their marks on and off. */
  readonly switches: boolean;
}

export interface Frame {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export type KeyEntry =
  | { readonly name: string; readonly style: number }
  | { readonly name: string; readonly paint: Paint; readonly marker: Marker; readonly hollow: boolean };

export type Panel = Plot | Rows;

interface PanelFrame {
  /** Empty if the section's title says it. */
  readonly title: string;
  readonly x: Axis;
}

export interface Axis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly (readonly [at: number, label: string])[];
}

/** Points and lines between two axes. */
export interface Plot extends PanelFrame {
  readonly kind: 'plot';
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** The part of the x axis where threads outnumber cores. */
  readonly oversubscribed: readonly [from: number, to: number] | null;
}

export interface Line {
  readonly style: number;
  /** Whether a line joins the points. */
  readonly joined: boolean;
  /** Whether each point says the name of its style beside it. */
  readonly named: boolean;
  readonly points: readonly Point[];
  /** A fitted curve. */
  readonly curve: readonly (readonly [x: number, y: number])[];
}

export interface Point {
  readonly at: readonly [x: number, y: number];
  readonly xInterval?: readonly [low: number, high: number];
  readonly yInterval?: readonly [low: number, high: number];
  /** What it is and its figures, lines of text. */
  readonly text: readonly string[];
}

/** Rows with bars or dots that lie along one axis. */
export interface Rows extends PanelFrame {
  readonly kind: 'rows';
  readonly rows: readonly Row[];
  /** Where the name of a row stands, and with that how high the row is. */
  readonly names: 'above' | 'beside';
}

export interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly dots: readonly Dot[];
  readonly spans?: Spans;
}

/** Bars that are written down shortly, because there are many. */
export interface Spans {
  readonly paint: Paint;
  /** What the texts of all of them begin with. */
  readonly says: string;
  readonly all: readonly Span[];
}

export type Span = readonly [from: number, to: number, text: string];

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly paint: Paint;
  readonly interval?: readonly [low: number, high: number];
  /** In the bar, or behind its end; left out where there is no room. */
  readonly label: string;
  readonly labelAt: 'inside' | 'end';
  readonly text: readonly string[];
}

export interface Dot {
  readonly at: number;
  readonly paint: Paint;
  readonly marker: Marker;
  readonly hollow: boolean;
  readonly interval?: readonly [low: number, high: number];
  readonly text: readonly string[];
}

/** What stands in the page for its script: the figures by the id of their section. */
export interface Drawings {
  readonly styles: readonly Style[];
  /** Outlines of the markers, as paths in a square of 10 by 10. */
  readonly markers: Readonly<Record<Marker, string>>;
  readonly figures: Readonly<Record<string, Figure>>;
}
