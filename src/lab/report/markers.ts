import type { Marker } from './view.js';

/** Outlines in a square of 10 by 10, about equally heavy. */
export const MARKERS: Readonly<Record<Marker, string>> = {
  circle: 'M5 .8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 1 1 0-8.4Z',
  square: 'M1.3 1.3H8.7V8.7H1.3Z',
  triangle: 'M5 .6L9.7 8.8H.3Z',
  diamond: 'M5 0L10 5L5 10L0 5Z',
  wedge: 'M5 9.4L.3 1.2H9.7Z',
  bow: 'M.6 1.4L9.4 8.6V1.4L.6 8.6Z',
  pentagon: 'M5 .4L9.8 3.9L8 9.4H2L.2 3.9Z',
  cross: 'M3.4 .5H6.6V3.4H9.5V6.6H6.6V9.5H3.4V6.6H.5V3.4H3.4Z',
};
