import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Results, resultsSchema } from '#src/lab/results.js';

const FILE = fileURLToPath(new URL('./fixtures/fake-lab.mjs', import.meta.url));

export interface FakeOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command with an engine that takes no time.
 *
 * @param signal is sent to it when one of its runs hangs
 */
export async function fakeLab(args: readonly string[], signal?: NodeJS.Signals): Promise<FakeOutcome> {
  const child = spawn(process.execPath, [FILE, ...args], { timeout: 30_000, killSignal: 'SIGKILL' });
  const text = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', part => {
    text.stderr += part;
  });
  child.stdout.setEncoding('utf8').on('data', part => {
    text.stdout += part;
    if (signal !== undefined && text.stdout.includes('hanging')) child.kill(signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

export function resultsIn(folder: string): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')));
}
