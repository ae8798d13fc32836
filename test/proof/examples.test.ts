import { describe, expect, it } from 'vitest';
import { explore } from '#explore/index.js';
import * as awaitedValueSkipped from '#proof/examples/awaited-value-skipped.js';
import * as claimedBeforeWritten from '#proof/examples/claimed-before-written.js';
import * as parkWithoutSecondLook from '#proof/examples/park-without-second-look.js';
import * as staleWakeUp from '#proof/examples/stale-wake-up.js';

describe.each([
  { example: claimedBeforeWritten, kind: 'not-linearizable', steps: 15, preemptions: 1 },
  { example: parkWithoutSecondLook, kind: 'deadlock', steps: 8, preemptions: 1 },
  { example: awaitedValueSkipped, kind: 'deadlock', steps: 10, preemptions: 1 },
  { example: staleWakeUp, kind: 'failure', steps: 15, preemptions: 3 },
] as const)('$example.broken.name', ({ example: { broken, mended }, kind, steps, preemptions }) => {
  it(`is found: ${kind}`, () => {
    const { violation } = explore(broken);
    expect(violation?.kind).toBe(kind);
    expect(violation!.steps.length).toBeLessThanOrEqual(steps);
  });

  it(`needs ${preemptions} switches away from a thread that could go on`, () => {
    expect(explore(broken, { preemptions: preemptions - 1 }).violation).toBeUndefined();
    expect(explore(broken, { preemptions }).violation?.kind).toBe(kind);
  });

  it('is mended', () => {
    const result = explore(mended);
    expect(result.violation).toBeUndefined();
    expect(result.complete).toBe(true);
  });
});

describe(claimedBeforeWritten.strict.name, () => {
  it('answers "empty" while a slot before the value is claimed and not written', () => {
    expect(explore(claimedBeforeWritten.strict).violation?.kind).toBe('not-linearizable');
  });
});
