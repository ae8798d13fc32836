import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '#explore/index.js';
import { programs, scenarioOf } from './random-programs.js';

const runs = Number(process.env['RINGMQ_PROGRAMS'] ?? 300);

describe('what the reduced search finds is what full enumeration finds', () => {
  test.each([
    { join: false, mayDie: false },
    { join: true, mayDie: false },
    { join: false, mayDie: true },
    { join: true, mayDie: true },
  ])('for random programs, $join $mayDie', ({ join, mayDie }) => {
    fc.assert(
      fc.property(programs, program => {
        const scenario = scenarioOf(program, join, mayDie);
        const full = explore(scenario, { search: 'full', executions: 30_000 });
        const reduced = explore(scenario);
        expect(reduced.violation?.kind).toBe(full.violation?.kind);
        if (!full.complete) return;
        expect([...reduced.outcomes.keys()].sort()).toEqual([...full.outcomes.keys()].sort());
      }),
      { numRuns: runs },
    );
  });
});
