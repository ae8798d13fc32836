import { cellKey } from '../../src/lab/cell.js';
import { compare, type Measured } from '../../src/lab/report/measured.js';
import { significant, withInterval } from '../../src/lab/report/numbers.js';
import { type Verdict, verdict } from '../../src/statistics/verdict.js';
import { DirectiveError } from './directive.js';
import { metricNamed } from './metrics.js';
import { groupedBy, having, matching, namedValues, otherFields } from './selection.js';

const RELATIONS: Readonly<Record<string, Verdict>> = { '>': 'greater', '<': 'less', '~': 'undecided' };

/**
 * `METRIC FIELD A RELATION [FACTOR*]B [FIELD=VALUE …]`: a sentence of the document rests on this. It is asked of every two
 * cells of which one has the value A and the other one B, and which agree in everything else.
 *
 * @returns where the results say otherwise, a line each
 */
export function faultsOfClaim(words: readonly string[], all: readonly Measured[]): string[] {
  const [metric = '', name = '', a = '', relation = '', multiple = '', ...filters] = words;
  const { factor = '1', b = '' } = /^(?:(?<factor>[\d.]+)\*)?(?<b>.+)$/.exec(multiple)?.groups ?? {};
  const expected = RELATIONS[relation];
  if (expected === undefined) {
    throw new DirectiveError(`'${relation}' is none of ${Object.keys(RELATIONS).join(', ')}`);
  }
  const pairs = groupedBy(matching(all, namedValues(filters)), otherFields(name)).flatMap(group =>
    group
      .filter(having(name, a))
      .flatMap(first => group.filter(having(name, b)).map(second => [first, second] as const)),
  );
  if (pairs.length === 0)
    throw new DirectiveError(`no two cells differ in ${name} alone, and have ${a} and ${b}`);
  return pairs.flatMap(([first, second]) => {
    const ratio = compare(first, second, metricNamed(metric))?.ratio;
    if (ratio === undefined) return [`${cellKey(first.cell)}: ${metric} was not measured`];
    const scaled = { ...ratio, low: ratio.low / Number(factor), high: ratio.high / Number(factor) };
    if (verdict(scaled) === expected) return [];
    return [
      `${cellKey(first.cell)} over ${cellKey(second.cell)}: ${metric} is ${withInterval(ratio, significant)}`,
    ];
  });
}
