import type { Paint } from '../src/lab/report/view.js';

/** The colours of the style sheet as they are now: light or dark. */
export interface Paints {
  of(name: Paint | 'ink' | 'rule' | 'paper' | 'shade'): string;
  /** Black or white, whichever is easier to read on a colour. */
  on(name: Paint): string;
}

export function currentPaints(): Paints {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const known = new Map<string, string>();
  for (const name of NAMES) {
    probe.className = name;
    known.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  const of = (name: string) => known.get(name)!;
  return { of, on: name => (luminance(of(name)) > 0.18 ? '#000' : '#fff') };
}

const NAMES = [
  ...Array.from({ length: 8 }, (_, index) => `series-${index + 1}`),
  ...Array.from({ length: 6 }, (_, index) => `part-${index + 1}`),
  'ink',
  'muted',
  'rule',
  'paper',
  'shade',
];

/** About the relative luminance of a colour `rgb(…)`, from 0 to 1. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(
    part => (Number(part) / 255) ** 2.2,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
