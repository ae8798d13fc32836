import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** How long one measurement may take before it is killed, in milliseconds. */
const TIMEOUT = 120_000;

/**
 * Runs a module in a process of its own, in which nothing was compiled, allocated or warmed up by anything else.
 *
 * @param module URL of the module
 * @returns what it printed, which has to be JSON
 */
export async function runInFreshProcess<T>(
  module: string,
  parameters: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...nodeFlags, fileURLToPath(module), ...parameters],
    { timeout: TIMEOUT, killSignal: 'SIGKILL' },
  );
  return JSON.parse(stdout);
}
