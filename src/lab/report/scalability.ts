import { integer } from '../../comparison/table.js';
import { type Coefficient, fitUsl, type UslFit, uslRefusal } from '../../statistics/usl.js';
import { threadsOf } from '../cell.js';
import type { Arrangement, Member, Place } from './arrangement.js';
import { linear, throughputs } from './axis.js';
import { SHAPE } from './dimensions.js';
import { seriesKey } from './key.js';
import { interval } from './measured.js';
import { listed, rate, significant } from './numbers.js';
import { THROUGHPUT } from './quantities.js';
import { saysInterval, sweepsOf } from './sweep.js';
import type { Line, Plot, Section, Table } from './view.js';

const CURVE_POINTS = 60;

/** The Universal Scalability Law, where there are enough thread counts to fit it, or why it was not fitted. */
export function scalabilitySection({ fullSpeed, styles }: Arrangement, cores: number): Section {
  const sweeps = sweepsOf(fullSpeed).filter(({ axis }) => axis === SHAPE);
  const attempts = sweeps.map(sweep => ({ title: sweep.title, ...fitsOf(sweep.places, cores) }));
  const fitted = attempts.filter(({ fits }) => fits.length > 0);
  const fits = fitted.flatMap(attempt => attempt.fits);
  const refusals =
    sweeps.length > 0
      ? attempts.flatMap(attempt => attempt.refusals)
      : fitsOf(fullSpeed.places, cores).refusals;
  return {
    id: 'scalability',
    title: 'Scalability',
    says: [...saysFits(fits), ...saysRefusals(refusals, fits.length > 0)],
    reading: [
      'The Universal Scalability Law says what N threads bring: λN / (1 + σ(N-1) + κN(N-1)). λ is what one thread would ' +
        'bring, σ the part of the work that only one thread can do at a time, κ what each pair of threads costs. N counts ' +
        'all threads. It is fitted to the throughput of every run in which each thread had a core to itself.',
    ],
    figure:
      fitted.length === 0
        ? null
        : {
            frames: fitted.map(attempt => ({ title: attempt.title, panels: [plotOf(attempt.fits)] })),
            first: 0,
            key: seriesKey(fullSpeed.places, styles).filter(
              entry => 'style' in entry && fits.some(({ series }) => series === entry.style),
            ),
            switches: true,
          },
    tables: fitted.length === 0 ? [] : [fitTable(fitted)],
    summarized: true,
  };
}

interface Fit {
  readonly series: number;
  readonly name: string;
  /** With no more threads than cores. */
  readonly members: readonly Member[];
  readonly law: UslFit;
}

interface Refusal {
  readonly name: string;
  readonly reason: string;
}

function fitsOf(places: readonly Place[], cores: number): { fits: Fit[]; refusals: Refusal[] } {
  const fits: Fit[] = [];
  const refusals: Refusal[] = [];
  const all = places.flatMap(place => place.members);
  for (const series of new Set(all.map(member => member.series))) {
    const own = all.filter(member => member.series === series);
    const { name } = own[0]!;
    const points = own.flatMap(({ cell, runs }) =>
      runs.flatMap(({ throughput }) =>
        throughput === null ? [] : [{ threads: threadsOf(cell), throughput }],
      ),
    );
    const reason = uslRefusal(points, cores);
    if (reason !== undefined) {
      refusals.push({ name, reason });
      continue;
    }
    const law = fitUsl(points.filter(({ threads }) => threads <= cores));
    fits.push({ series, name, members: own.filter(({ oversubscribed }) => !oversubscribed), law });
  }
  return { fits, refusals };
}

function saysFits(fits: readonly Fit[]): string[] {
  const byContention = fits.toSorted((a, b) => a.law.sigma.value - b.law.sigma.value);
  const [least, most] = [byContention[0], byContention.at(-1)];
  if (least === undefined || most === undefined) return [];
  const says = ({ name, law }: Fit) => `${withError(law.sigma)} (${name})`;
  return [
    least === most
      ? `Contention σ is ${says(least)}.`
      : `Contention σ lies between ${says(least)} and ${says(most)}.`,
  ];
}

/** @param some whether it was fitted for others */
function saysRefusals(refusals: readonly Refusal[], some: boolean): string[] {
  if (refusals.length === 0 && !some) {
    return ['The Universal Scalability Law was not fitted: nothing was sent as fast as possible.'];
  }
  const byReason = new Map<string, Set<string>>();
  for (const { name, reason } of refusals) {
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(name));
  }
  return [...byReason].map(([reason, names]) => {
    const who = byReason.size === 1 && !some ? '' : ` for ${listed([...names])}`;
    return `The Universal Scalability Law was not fitted${who}: ${reason}.`;
  });
}

function plotOf(fits: readonly Fit[]): Plot {
  const points = fits.flatMap(({ members, series }) =>
    members.flatMap(member => {
      const measured = interval(member, THROUGHPUT.of);
      return measured === null ? [] : [{ series, member, measured, threads: threadsOf(member.cell) }];
    }),
  );
  const most = Math.max(...points.map(({ threads }) => threads));
  const x = linear('threads', [most], integer);
  const y = throughputs(points.flatMap(({ measured }) => [measured.low, measured.high]));
  const lines = fits.map(
    ({ series, name, law }): Line => ({
      style: series,
      joined: false,
      named: false,
      points: points
        .filter(point => point.series === series)
        .map(({ threads, measured }) => ({
          at: [threads, y.at(measured.estimate)],
          yInterval: [y.at(measured.low), y.at(measured.high)],
          text: [name, `${threads} threads`, ...saysInterval(measured, rate)],
        })),
      curve: Array.from({ length: CURVE_POINTS + 1 }, (_, step) => {
        const threads = 1 + ((most - 1) * step) / CURVE_POINTS;
        return [threads, y.at(throughputBy(law, threads))] as const;
      }),
    }),
  );
  return { kind: 'plot', title: '', x: x.axis, y: y.axis, lines, oversubscribed: null };
}

function throughputBy({ lambda, sigma, kappa }: UslFit, threads: number): number {
  return (lambda.value * threads) / (1 + sigma.value * (threads - 1) + kappa.value * threads * (threads - 1));
}

function fitTable(fitted: readonly { readonly title: string; readonly fits: readonly Fit[] }[]): Table {
  return {
    caption: 'The coefficients, and their standard errors',
    columns: ['design', 'λ, million/s', 'σ', 'κ', 'R²', 'most throughput with'],
    groups: fitted.map(({ title, fits }) => ({
      title,
      oversubscribed: false,
      rows: fits.map(({ series, name, law: { lambda, sigma, kappa, rSquared, peakThreads } }) => ({
        style: series,
        cells: [
          name,
          withError({ value: lambda.value / 1e6, standardError: lambda.standardError / 1e6 }),
          withError(sigma),
          withError(kappa),
          rSquared.toFixed(3),
          Number.isFinite(peakThreads) ? `${significant(peakThreads)} threads` : 'no peak',
        ],
      })),
    })),
  };
}

function withError({ value, standardError }: Coefficient): string {
  return `${significant(value)} ± ${significant(standardError)}`;
}
