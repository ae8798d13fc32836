import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presetCells, syntheticResults } from '../synthetic.js';
import { withoutBrowser } from './browser.js';
import { marksOfCharts, ReportPages } from './report-pages.js';

describe.skipIf(withoutBrowser())('on the page of a report', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start({
      contention: syntheticResults('contention', presetCells('contention')),
    });
  }, 120_000);

  afterAll(() => pages?.stop());

  /** With ordinary spaces. */
  const textOf = async (place: Locator) => (await place.innerText()).replaceAll('\u00a0', ' ');
  const said = (page: Page) => textOf(page.locator('#live'));

  test('the keyboard reaches every chart and walks through its points, which are said', async () => {
    const { page, complaints } = await pages.open('contention');
    for (const chart of await page.locator('.chart').all()) {
      await chart.focus();
      const before = await said(page);
      await page.keyboard.press('ArrowRight');
      const first = await said(page);
      expect(first).not.toBe(before);
      expect(await chart.locator('.tip').isVisible()).toBe(true);
      await page.keyboard.press('ArrowRight');
      expect(await said(page)).not.toBe(first);
      await page.keyboard.press('Escape');
      expect(await chart.locator('.tip').isVisible()).toBe(false);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('arrows go along a line and to the next one; what is said has name, place, figure and interval', async () => {
    const { page } = await pages.open('contention');
    await page.locator('#throughput .chart').first().focus();
    await page.keyboard.press('Home');
    expect(await said(page)).toMatch(
      /^queue-per-consumer, 1 → 1, batch 1, [\d.]+ million\/s, [\d.]+ to [\d.]+ million\/s, 5 runs$/,
    );
    await page.keyboard.press('ArrowRight');
    expect(await said(page)).toMatch(/^queue-per-consumer, 2 → 2, batch 1 \(oversubscribed\), /);
    await page.keyboard.press('ArrowDown');
    expect(await said(page)).toMatch(/^shared-locked \(futex\), 2 → 2, /);
    await page.keyboard.press('End');
    expect(await said(page)).toMatch(/^message-port, 4 → 4, /);
    await page.close();
  });

  test('a button switches a design off and on', async () => {
    const { page } = await pages.open('contention');
    const button = page.locator('#throughput .key button').first();
    const before = await marksOfCharts(page);
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    const less = await marksOfCharts(page);
    expect(less[0]!.marks).toBeLessThan(before[0]!.marks);
    await page.locator('#throughput .chart').first().focus();
    await page.keyboard.press('Home');
    expect(await said(page)).toMatch(/^shared-locked \(futex\)/);
    await button.press('Enter');
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(await marksOfCharts(page)).toEqual(before);
    await page.close();
  });

  test('a choice shows another place', async () => {
    const { page, complaints } = await pages.open('contention');
    const drawn = () => page.locator('#lock .panels svg').first().innerHTML();
    const before = await drawn();
    await page.locator('#lock select').selectOption({ label: '4 → 4, batch 1 (oversubscribed)' });
    expect(await drawn()).not.toBe(before);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the pointer finds what is near it', async () => {
    const { page } = await pages.open('contention');
    const chart = page.locator('#time .chart').first();
    await chart.scrollIntoViewIfNeeded();
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + 30, box.y + 40);
    expect(await textOf(chart.locator('.tip'))).toMatch(/^queue-per-consumer\non a core\n\d+ %$/);
    await page.mouse.move(5, 5);
    expect(await chart.locator('.tip').isVisible()).toBe(false);
    await page.close();
  });

  test('a button turns light to dark and back, and the charts with it', async () => {
    const { page, complaints } = await pages.open('contention', { colorScheme: 'light' });
    const colours = async () => {
      const drawn = await page.locator('.chart svg').first().innerHTML();
      return [...new Set(drawn.match(/rgb\([^)]*\)/g))];
    };
    const light = await colours();
    const button = page.getByRole('button', { name: 'Dark colours' });
    await button.click();
    expect(await colours()).not.toEqual(light);
    await page.getByRole('button', { name: 'Light colours' }).click();
    expect(await colours()).toEqual(light);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('on paper it is light, whatever the screen shows', async () => {
    const { page } = await pages.open('contention', { colorScheme: 'dark' });
    const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme');
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await scheme()).toBe('light');
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await scheme()).not.toBe('light');
    await page.close();
  });
});
