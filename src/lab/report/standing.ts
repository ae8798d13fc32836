import type { Interval } from '../../statistics/bootstrap.js';
import { VALUES_FOR_VERDICT } from '../../statistics/verdict.js';
import type { Member } from './arrangement.js';
import { type Comparison, compare, interval } from './measured.js';
import { listed, significant, withInterval } from './numbers.js';
import type { Measurement, Quantity } from './quantities.js';
import { remember } from './remember.js';

/** A series at a place, in a quantity. */
export interface Ranked {
  readonly member: Member;
  readonly interval: Interval;
  /** With the best one of the place; null for that one, and where no round has both. */
  readonly toBest: Comparison | null;
}

/** The members that have the quantity, the best one first. */
export const ranked = remember((members: readonly Member[], quantity: Measurement): readonly Ranked[] => {
  const measured = members.flatMap(member => {
    const figure = interval(member, quantity.of);
    return figure === null ? [] : [{ member, interval: figure }];
  });
  const direction = quantity.best === 'most' ? -1 : 1;
  measured.sort((a, b) => direction * (a.interval.estimate - b.interval.estimate));
  const best = measured[0]?.member;
  return measured.map(one => ({
    ...one,
    toBest: one.member === best ? null : compare(one.member, best!, quantity),
  }));
});

/** Those that were compared with the best one in enough rounds. */
function judged(ranking: readonly Ranked[]): Ranked[] {
  return ranking.filter(({ toBest }) => toBest !== null && toBest.ratio.count >= VALUES_FOR_VERDICT);
}

/**
 * The best one, and those of which these runs cannot show that they are worse. Empty where the best one was compared with
 * nobody.
 */
export function leaders(ranking: readonly Ranked[]): Ranked[] {
  const others = judged(ranking);
  if (others.length === 0) return [];
  return [ranking[0]!, ...others.filter(({ toBest }) => toBest?.verdict === 'undecided')];
}

/** Who is best, as far as these runs can show it; a clause. Empty if nobody was measured. */
export function saysWhoLeads(ranking: readonly Ranked[], quantity: Quantity): string {
  const [best] = ranking;
  if (best === undefined) return '';
  const figure = (one: Ranked) => quantity.words(one.interval.estimate);
  if (ranking.length === 1) return `${best.member.name} has ${figure(best)}`;
  const ahead = leaders(ranking);
  if (ahead.length === 0) {
    return `${best.member.name} has the best ${quantity.name}, ${figure(best)}, but too few runs to compare it with the others`;
  }
  if (ahead.length > 1) {
    const names = listed(ahead.map(one => `${one.member.name} (${figure(one)})`));
    return `there is no difference in ${quantity.name} that these runs can show between ${names}`;
  }
  const next = judged(ranking)[0]!.member;
  const ratio = compare(best.member, next, quantity)!.ratio;
  const compared = `${withInterval(ratio, significant)} times`;
  return (
    `${best.member.name} ${quantity.superlative}: ${figure(best)}, ${compared} ${quantity.compared} ${next.name}, ` +
    'the next one'
  );
}

/** What a comparison with the best one of its place says, for a table. */
export function saysToBest({ toBest }: Ranked, isBest: boolean, quantity: Quantity): string {
  if (isBest) return quantity.best === 'most' ? 'the highest' : 'the lowest';
  if (toBest === null) return 'no round has both';
  const { ratio, verdict } = toBest;
  const figure = withInterval(ratio, significant);
  if (ratio.count < VALUES_FOR_VERDICT) return `${figure}, too few runs`;
  if (verdict === 'undecided') return `${figure}, no difference shown`;
  return `${figure}, ${quantity.worse}`;
}
