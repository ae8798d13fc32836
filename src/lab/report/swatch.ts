import { MARKERS } from './markers.js';
import type { Style } from './view.js';

/** The mark of a series, beside its name. */
export function swatch({ paint, marker, hollow }: Pick<Style, 'paint' | 'marker' | 'hollow'>): string {
  const look = hollow ? 'hollow' : 'filled';
  return `<svg class="swatch ${look} ${paint}" viewBox="-1 -1 12 12" aria-hidden="true"><path d="${MARKERS[marker]}"/></svg>`;
}
