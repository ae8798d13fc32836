import { integer } from '../../comparison/table.js';
import { VALUES_FOR_VERDICT } from '../../statistics/verdict.js';
import { type Cell, threadsOf } from '../cell.js';
import { cellNames } from '../cell-names.js';
import type { Results } from '../results.js';
import type { Measured } from './measured.js';
import { counted, percent } from './numbers.js';
import type { Warning } from './view.js';

/** Above this part of the cores, something else was running before the lab began. */
const BUSY = 0.5;
/** Above this the hypervisor took so much that the figures are about the neighbours, too. */
const STEAL = 0.03;
/** Above this other processes took so much that the lab's threads had to wait for them. */
const OTHERS = 0.05;
/** Lines of details at most. */
const DETAILS = 20;

/** What a reader must know before believing a figure: what was wrong comes first. */
export function warningsOf(results: Results, cells: readonly Measured[]): Warning[] {
  return [
    unverified(results),
    skipped(results),
    fewRounds(results),
    busyBefore(results),
    others(results),
    steal(results),
    oversubscribed(cells),
    interrupted(results),
  ].filter(warning => warning !== null);
}

function unverified({ runs }: Results): Warning | null {
  const bad = runs.filter(run => !run.verified);
  if (bad.length === 0) return null;
  const faults = bad.map(
    ({ round, faults }) => `round ${round}: ${faults.join(' ') || 'no reason was recorded.'}`,
  );
  return {
    level: 'fault',
    says:
      `${integer(bad.length)} of ${counted(runs.length, 'run')} could not be verified: messages were lost, came twice or ` +
      'out of order, or the run failed. Their figures are left out.',
    details: detailsOf(
      bad.map(({ cell }) => cell),
      faults,
    ),
  };
}

function skipped({ skipped: all }: Results): Warning | null {
  if (all.length === 0) return null;
  return {
    level: 'caution',
    says: `${counted(all.length, 'cell')} ${all.length === 1 ? 'was' : 'were'} not run, or not in every round.`,
    details: detailsOf(
      all.map(({ cell }) => cell),
      all.map(({ reason }) => reason),
    ),
  };
}

/** A line for each cell, with what it has in common with the others told once. */
function detailsOf(cells: readonly Cell[], reasons: readonly string[]): string[] {
  const { common, names } = cellNames(cells);
  const details = reasons.slice(0, DETAILS).map((reason, index) => `${names[index]}: ${reason}`);
  const more = reasons.length - details.length;
  return [
    ...details,
    ...(more > 0 ? [`and ${integer(more)} more`] : []),
    ...(common === '' ? [] : [`All of them: ${common}.`]),
  ];
}

function fewRounds({ rounds }: Results): Warning | null {
  if (rounds >= VALUES_FOR_VERDICT) return null;
  return {
    level: 'caution',
    says:
      `With ${counted(rounds, 'round')} nothing can be called faster or slower: that takes ` +
      `${VALUES_FOR_VERDICT} runs of a cell.`,
    details: [],
  };
}

/** The load before the first run is not the lab's own; later ones hold the run before, too. */
function busyBefore({ runs, machine }: Results): Warning | null {
  const before = runs[0]?.load?.average ?? 0;
  const most = Math.max(machine.cores, ...runs.map(({ cell }) => threadsOf(cell)));
  const high = runs.filter(({ load }) => load !== null && load.average > most);
  const details = [
    ...(before > BUSY * machine.cores
      ? [`Load average before the first run: ${before.toFixed(2)}, on ${counted(machine.cores, 'core')}.`]
      : []),
    ...(high.length > 0
      ? [
          `Load average above ${most}, which the lab's own threads cannot explain, before ${counted(high.length, 'run')}.`,
        ]
      : []),
  ];
  return details.length === 0
    ? null
    : { level: 'caution', says: 'Something else was running on this machine.', details };
}

function others({ runs }: Results): Warning | null {
  const taken = runs.map(({ load }) => load?.others ?? 0).filter(share => share > OTHERS);
  if (taken.length === 0) return null;
  return {
    level: 'caution',
    says:
      `In ${integer(taken.length)} of ${counted(runs.length, 'run')} other processes took more than ${percent(OTHERS)} of the ` +
      `processors' time, ${percent(Math.max(...taken))} at most: the lab's threads had to wait for them.`,
    details: [],
  };
}

function steal({ runs }: Results): Warning | null {
  const stolen = runs.map(({ load }) => load?.steal ?? 0).filter(share => share > STEAL);
  if (stolen.length === 0) return null;
  return {
    level: 'caution',
    says:
      `In ${integer(stolen.length)} of ${counted(runs.length, 'run')} the hypervisor took more than ${percent(STEAL)} of the ` +
      `processors' time, ${percent(Math.max(...stolen))} at most: the figures are about the neighbours, too.`,
    details: [],
  };
}

function oversubscribed(cells: readonly Measured[]): Warning | null {
  const count = cells.filter(cell => cell.oversubscribed).length;
  if (count === 0) return null;
  return {
    level: 'caution',
    says:
      `${integer(count)} of ${counted(cells.length, 'cell')} ${count === 1 ? 'has' : 'have'} more threads than cores. They are ` +
      'marked oversubscribed: their figures are as much about the scheduler as about the queue.',
    details: [],
  };
}

function interrupted({ interruptions }: Results): Warning | null {
  if (interruptions === 0) return null;
  return {
    level: 'caution',
    says: `The lab was interrupted and continued ${interruptions === 1 ? 'once' : `${integer(interruptions)} times`}.`,
    details: [],
  };
}
