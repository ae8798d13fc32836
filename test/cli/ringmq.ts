import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
/** Milliseconds after which a command is killed. */
const LIMIT = 50_000;

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the built `ringmq`, and never hangs. */
export function ringmq(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { timeout: LIMIT, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      if (error?.killed)
        reject(new Error(`ringmq ${args.join(' ')} took over ${LIMIT / 1000} s:\n${stderr}`));
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
