import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { renderReport } from '#src/lab/report/report.js';
import type { Results } from '#src/lab/results.js';
import { startBrowser } from './browser.js';

export interface OpenPage {
  readonly page: Page;
  /** Messages in the console, errors, and requests for anything but the page itself. */
  readonly complaints: readonly string[];
}

/** Reports in a browser. */
export class ReportPages {
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, browser: Browser) {
    this.#folder = folder;
    this.#browser = browser;
  }

  static async start(reports: Readonly<Record<string, Results>>): Promise<ReportPages> {
    const folder = await mkdtemp(join(tmpdir(), 'ringmq-report-'));
    for (const [name, results] of Object.entries(reports)) {
      await writeFile(join(folder, `${name}.html`), renderReport(results));
    }
    return new ReportPages(folder, await startBrowser());
  }

  async open(name: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const page = await this.#browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    const url = pathToFileURL(join(this.#folder, `${name}.html`)).href;
    page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('request', request => {
      if (request.url() !== url) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    if (options.javaScriptEnabled !== false) await page.locator('html[data-ready]').waitFor();
    return { page, complaints };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * For each chart of a page the number of elements that have the colour of a series or of a part: those are its marks, and
 * not its axes.
 */
export function marksOfCharts(page: Page): Promise<{ chart: string; marks: number }[]> {
  return page.locator('html').evaluate(root => {
    const document = root.ownerDocument;
    const digits = (color: string | null) =>
      (color ?? '')
        .match(/[\d.]+/g)
        ?.slice(0, 3)
        .join() ?? '';
    const probe = document.body.appendChild(document.createElement('i'));
    const paints = new Set<string>();
    for (const [name, count] of [
      ['series', 8],
      ['part', 6],
    ] as const) {
      for (let index = 1; index <= count; index++) {
        probe.className = `${name}-${index}`;
        paints.add(digits(document.defaultView.getComputedStyle(probe).color));
      }
    }
    probe.remove();
    return [...document.querySelectorAll('.chart')].map(chart => ({
      chart: chart.getAttribute('aria-label') as string,
      marks: [...chart.querySelectorAll('svg *')].filter(element =>
        ['fill', 'stroke'].some(attribute => paints.has(digits(element.getAttribute(attribute)))),
      ).length,
    }));
  });
}
