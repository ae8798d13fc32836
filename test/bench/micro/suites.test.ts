import { describe, expect, it } from 'vitest';
import { loadSuite, SUITE_NAMES } from '#bench/micro/suites.js';

// A step throws if what comes out of it is not what went in: see timed-suite.test.ts.
describe.each(SUITE_NAMES)('the suite %s', async name => {
  const suite = await loadSuite(name);

  it.each(suite.steps)('carries everything: %s', async step => {
    const figures = await suite.measure(step, 1);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) {
      expect(figure.name).toContain(step);
      expect(figure.samples).toBeGreaterThan(0);
      expect(figure.p99).toBeGreaterThanOrEqual(figure.median);
    }
  });

  it('has no name twice', () => {
    expect(new Set(suite.steps).size).toBe(suite.steps.length);
  });
});
