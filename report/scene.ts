import type { Drawings } from '../src/lab/report/view.js';
import type { Paints } from './paints.js';

/** What a chart is drawn with. */
export interface Scene extends Pick<Drawings, 'styles' | 'markers'> {
  readonly paints: Paints;
  /** Styles that are switched off. */
  readonly hidden: ReadonlySet<number>;
  /** Pixels. */
  readonly width: number;
}

/** From places on the axes to pixels of the canvas. */
export type Pixels = (x: number, y: number) => number[];
