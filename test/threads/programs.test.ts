import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

async function runFixture(name: string, milliseconds: number): Promise<string> {
  const file = fileURLToPath(new URL(`./fixtures/${name}.mjs`, import.meta.url));
  const { stdout } = await run(process.execPath, [file], { timeout: milliseconds, killSignal: 'SIGKILL' });
  return stdout;
}

test('a million messages of 100 bytes wait in at most 250 MB, and are drained', async () => {
  const seen = JSON.parse(await runFixture('waiting-million', 50_000));
  console.log(
    `resident: ${Math.round(seen.residentBytes / 1e6)} MB; drained in ${Math.round(seen.drainMilliseconds)} ms`,
  );
  expect(seen).toMatchObject({ messages: 1_000_000, inOrder: 1_000_000, left: 0 });
  expect(seen.residentBytes).toBeLessThan(250e6);
});

test('what RingMQ awaits keeps a program alive, and nothing else does', async () => {
  const output = await runFixture('natural-end', 20_000);
  expect(output.trim().split('\n')).toEqual([
    'waited for room',
    'waited for memory',
    'waited for answers',
    'closed',
  ]);
});
