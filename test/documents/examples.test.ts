import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { documents, examples, ROOT } from './document.js';

/** Milliseconds after which a program of a document counts as stuck. */
const WATCHDOG_MS = 20_000;

// Inside the package, so that `import 'ringmq'` there means this package, as built; outside of what is checked in.
mkdirSync(join(ROOT, 'dist'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'dist', 'document-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = documents().flatMap(examples);

describe('the programs in the documents', () => {
  it.each(all)('$document, line $line, prints what it says', async ({ document, line, code, output }) => {
    const place = join(folder, `${document.replaceAll(/[^\w]/g, '-')}-${line}`);
    mkdirSync(place);
    // The name that the documents give: a violation prints it.
    const file = join(place, 'first.mjs');
    writeFileSync(file, code);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
      timeout: WATCHDOG_MS,
      killSignal: 'SIGKILL',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe(output);
  });

  it.each(['', 'explore/'])('begin with one of at most 20 lines, in the README of %s', directory => {
    const [first] = examples(`${directory}README.md`);
    expect(first!.code.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });
});
