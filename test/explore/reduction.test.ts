import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore, type SearchOptions } from '#explore/index.js';
import { programs, type Statement, scenarioOf } from './random-programs.js';

/** How many random programs each test runs. */
const PROGRAMS = Number(process.env['RINGMQ_PROGRAMS'] ?? 200);
/** Programs with more interleavings are left out. */
const EXECUTIONS = 30_000;

/** Outcomes of a program, each with the real-time order of its calls; undefined if there are too many to enumerate. */
function outcomes(program: Statement[][], join: boolean, mayDie: boolean, options: SearchOptions) {
  const seen = new Set<string>();
  const scenario = scenarioOf(program, join, mayDie);
  const result = explore(
    {
      ...scenario,
      // Any answer is right: what counts is that calls are steps.
      linearizable: { initial: 0, next: () => [0] },
      check({ results, died, history }) {
        const before = history.flatMap((first, i) =>
          history.flatMap((second, j) => (first.returned < second.invoked ? [`${i}<${j}`] : [])),
        );
        const calls = history.map(({ thread, result: answer }) => `${thread} ${answer}`);
        seen.add(JSON.stringify([results, died ?? '', orderless(calls, before)]));
      },
    },
    options,
  );
  expect(result.violation).toBeUndefined();
  return result.complete ? [...seen].sort() : undefined;
}

/** The precedence of calls without the order in which they were invoked. */
function orderless(calls: string[], before: string[]): string[] {
  return before.map(pair => pair.replace(/\d+/g, i => calls[Number(i)]!)).sort();
}

describe('the reduced search ends as full enumeration does', () => {
  test.each([
    { join: false, mayDie: false },
    { join: true, mayDie: false },
    { join: false, mayDie: true },
    { join: true, mayDie: true },
  ])('random programs: join $join, mayDie $mayDie', ({ join, mayDie }) => {
    fc.assert(
      fc.property(programs, program => {
        const full = outcomes(program, join, mayDie, { search: 'full', executions: EXECUTIONS, rounds: 2 });
        if (full !== undefined) expect(outcomes(program, join, mayDie, { rounds: 2 })).toEqual(full);
      }),
      { numRuns: PROGRAMS },
    );
  });

  test.each([0, 1, 2])('random programs with at most %i preemptions', preemptions => {
    fc.assert(
      fc.property(programs, program => {
        const full = outcomes(program, false, false, { search: 'full', executions: EXECUTIONS, preemptions });
        if (full !== undefined) expect(outcomes(program, false, false, { preemptions })).toEqual(full);
      }),
      { numRuns: PROGRAMS },
    );
  });
});
