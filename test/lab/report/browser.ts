import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Nothing that a browser does by itself: a test sees just what the page asks for. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Where Chromium is: what the environment variable CHROMIUM says, or a usual place; undefined if it is in none. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM'], ...USUAL_PLACES].find(path => path !== undefined && existsSync(path));
}

/**
 * Whether a test that needs a browser is to be skipped: where none is installed, but never in CI. There, starting it
 * fails.
 */
export function withoutBrowser(): boolean {
  if (chromiumPath() !== undefined || process.env['CI'] !== undefined) return false;
  console.warn(
    'No Chromium was found, so that the page is not tested. Install it, or set CHROMIUM to its path.',
  );
  return true;
}

export async function startBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new Error(
      'No Chromium was found. Install it, or set the environment variable CHROMIUM to its path.',
    );
  }
  return await chromium.launch({ executablePath, args: QUIET });
}
