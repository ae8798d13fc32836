import { SHAPE } from './dimensions.js';
import { type Comparison, compare } from './measured.js';
import { range, significant, withInterval } from './numbers.js';
import { THROUGHPUT } from './quantities.js';
import type { Sweep } from './sweep.js';

/** How throughput changes from the first to the last place: who keeps most of it, and who least. */
export function saysTrend({ title, places, axis }: Sweep): string[] {
  const [first, last] = [places[0]!, places.at(-1)!];
  const changes = first.members.flatMap(member => {
    const end = last.members.find(({ series }) => series === member.series);
    const change = end === undefined ? null : compare(end, member, THROUGHPUT);
    return change === null ? [] : [{ name: member.name, change }];
  });
  if (first === last || changes.length === 0) return [];
  changes.sort((a, b) => b.change.ratio.estimate - a.change.ratio.estimate);
  const [most, least] = [changes[0]!, changes.at(-1)!];
  const told = most === least ? [most] : [most, least];
  const from = axis === SHAPE ? 'From' : `From ${axis.name}`;
  const over = last.oversubscribed && !first.oversubscribed ? ' (oversubscribed)' : '';
  const where = title === '' ? '' : `, ${title}`;
  return [
    `${from} ${axis.label(first.cell)} to ${axis.label(last.cell)}${over}${where}, ` +
      `the throughput of ${told.map(({ name, change }) => `${name} ${saysChange(change)}`).join(', that of ')}.`,
  ];
}

function saysChange({ ratio, verdict }: Comparison): string {
  if (verdict === 'undecided') {
    return `shows no change (${range(ratio.low, ratio.high, significant)} times what it was)`;
  }
  return `${verdict === 'greater' ? 'rises' : 'falls'} to ${withInterval(ratio, significant)} times what it was`;
}
