import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reasonAgainst } from '#src/lab/impossible.js';
import { cellsOfFile } from '#src/lab/plan-file.js';
import { documents, ROOT, read } from './document.js';

const PLANS = 'docs/lessons/plans';
const plans = readdirSync(`${ROOT}/${PLANS}`).map(file => `${PLANS}/${file}`);

describe('the plans of the lessons', () => {
  it.each(plans)('%s makes cells that can be run, in a minute and a half', plan => {
    // Also those that need a later Node than this one.
    const cells = cellsOfFile(read(plan), cell => reasonAgainst(cell, true));
    // Five rounds of a second each.
    expect(cells.length * 5).toBeLessThanOrEqual(90);
  });

  it.each(plans)('%s is used by a lesson', plan => {
    expect(documents().some(document => read(document).includes(plan))).toBe(true);
  });
});
