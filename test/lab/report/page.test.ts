import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presetCells, syntheticResults } from '../synthetic.js';
import { withoutBrowser } from './browser.js';
import { marksOfCharts, ReportPages } from './report-pages.js';

const PRESETS = ['quick', 'contention', 'latency', 'waiting', 'sizes'] as const;
/** With enough thread counts within the cores for the Universal Scalability Law. */
const LARGE = syntheticResults('contention', presetCells('contention', 32, 8), { cores: 32 });

describe.skipIf(withoutBrowser())('the page of a report', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    const presets = PRESETS.map(preset => [preset, syntheticResults(preset, presetCells(preset))] as const);
    pages = await ReportPages.start({ ...Object.fromEntries(presets), large: LARGE });
  }, 120_000);

  afterAll(() => pages?.stop());

  test.each([
    ['quick', 'throughput latency spectrum time lock timeline fairness'],
    ['contention', 'throughput time lock timeline fairness'],
    ['latency', 'latency keeping-up spectrum time lock'],
    ['waiting', 'waiting latency keeping-up spectrum time'],
    ['sizes', 'throughput time lock timeline'],
    ['large', 'throughput time lock timeline fairness scalability'],
  ])('%s has its charts, asks for nothing and complains of nothing', async (name, figures) => {
    const { page, complaints } = await pages.open(name);
    const ids = await page
      .locator('figure:visible')
      .evaluateAll(all => all.map(figure => figure.dataset['figure']));
    expect(ids.join(' ')).toBe(figures);
    const charts = await marksOfCharts(page);
    expect(charts.length).toBeGreaterThanOrEqual(ids.length);
    expect(charts.filter(({ marks }) => marks === 0)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('its colours are %s if the system has them so', async colorScheme => {
    const { page, complaints } = await pages.open('contention', { colorScheme });
    expect((await brightness(page)) > 0.5).toBe(colorScheme === 'light');
    expect((await marksOfCharts(page)).filter(({ marks }) => marks === 0)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each([...PRESETS, 'large'])('%s fits on a phone', async name => {
    const { page, complaints } = await pages.open(name, { viewport: { width: 360, height: 740 } });
    expect(await page.locator('html').evaluate(root => root.scrollWidth)).toBeLessThanOrEqual(360);
    const widths = await page.locator('.chart svg').evaluateAll(all => all.map(svg => svg.clientWidth));
    expect(Math.max(...widths)).toBeLessThanOrEqual(360);
    expect(Math.min(...widths)).toBeGreaterThan(280);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('charts follow the width of the window', async () => {
    const { page } = await pages.open('quick');
    const width = () =>
      page
        .locator('.chart svg')
        .first()
        .evaluate(svg => svg.clientWidth);
    const wide = await width();
    await page.setViewportSize({ width: 600, height: 900 });
    await expect.poll(width).toBeLessThan(600);
    expect(wide).toBeGreaterThan(900);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds no serious violation, %s', async colorScheme => {
    const { page } = await pages.open('quick', { colorScheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const found = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return found.violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map(({ html }) => html),
      }));
    });
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
    await page.close();
  });

  test('without scripts the sentences and tables are there', async () => {
    const { page } = await pages.open('quick', { javaScriptEnabled: false });
    expect(await page.locator('figure:visible').count()).toBe(0);
    expect(await page.locator('.says:visible').count()).toBeGreaterThan(5);
    expect(await page.locator('table:visible').count()).toBeGreaterThan(5);
    expect(await page.locator('noscript').innerText()).toContain('stands in the tables');
    await page.close();
  });
});

/** Of the ground of the page, from 0 to 1. */
function brightness(page: Page): Promise<number> {
  return page.locator('html').evaluate(root => {
    const color: string = root.ownerDocument.defaultView.getComputedStyle(root).backgroundColor;
    const [red = 0, green = 0, blue = 0] = color.match(/[\d.]+/g)!.map(Number);
    return (red + green + blue) / (3 * 255);
  });
}
