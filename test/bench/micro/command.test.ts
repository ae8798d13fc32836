import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../dist/bench/micro/main.js', import.meta.url));
/** Milliseconds after which the command counts as stuck. */
const WATCHDOG_MS = 50_000;

const folder = mkdtempSync(join(tmpdir(), 'ringmq-micro-'));
const DOCUMENT = join(folder, 'document.md');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...parameters: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [MAIN, ...parameters], {
    timeout: WATCHDOG_MS,
    killSignal: 'SIGKILL',
  });
}

describe('the command', () => {
  it('prints a table, and writes the figures of every run', async () => {
    const json = join(folder, 'figures.json');
    const { stdout } = await run('--only', 'bell', '--runs', '2', '--milliseconds', '1', '--json', json);
    expect(stdout).toMatch(/^\| Bell\.ring\(\), its reader awake \| [\d.]+ \|/m);

    const { runs, machine, suites } = JSON.parse(readFileSync(json, 'utf8'));
    expect(runs).toBe(2);
    expect(machine.cores).toBeGreaterThan(0);
    expect(suites.map(({ name }: { name: string }) => name)).toEqual(['bell']);
    for (const { medians } of suites[0].rows) expect(medians).toHaveLength(2);
  });

  it.each([
    ['a suite that there is not', ['--only', 'bell,gong'], "There is no suite 'gong'. Known are "],
    ['no runs', ['--runs', '0'], 'It must be an integer from 1 to 1000.'],
    ['to write some of the tables', ['--only', 'bell', '--write', DOCUMENT], 'Leave out --only.'],
    [
      'a document without a place for them',
      ['--write', DOCUMENT],
      "The document has no place for 'machine'.",
    ],
    ['a document that there is not', ['--write', join(folder, 'none')], 'no such file'],
    ['a file in no folder', ['--json', join(folder, 'none', 'file')], 'cannot be written'],
  ])('refuses %s, before it measures', async (_, parameters, message) => {
    writeFileSync(DOCUMENT, 'no comments');
    await expect(run(...parameters)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});
