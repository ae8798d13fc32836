import type { Results } from '../results.js';

/** A fact about the machine or the software that is not the same on both sides. */
export interface Difference {
  readonly fact: string;
  readonly a: string;
  readonly b: string;
}

type Facts = Pick<Results, 'ringmq' | 'machine'>;

/** What may explain a difference of the figures. */
export function differences(a: Facts, b: Facts): Difference[] {
  const [ofA, ofB] = [facts(a), facts(b)];
  return Object.entries(ofA)
    .map(([fact, value]) => ({ fact, a: String(value), b: String(ofB[fact]) }))
    .filter(difference => difference.a !== difference.b);
}

function facts({ ringmq, machine }: Facts): Record<string, string | number> {
  const { cpu, cores, platform, kernel, node, v8 } = machine;
  return { ringmq, cpu, cores, platform, kernel, node, v8 };
}
