import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

const PROGRAM = `
import { Broker, connect, json } from 'ringmq';

const broker = await Broker.start();
const session = connect(broker.handle);
await session.declareExchange('events', 'topic');
await session.declareQueue('errors');
await session.bindQueue('errors', 'events', '*.error');
const publisher = await session.publisher('events', { codec: json });
publisher.publish('disk.error', { full: true });
publisher.publish('disk.info', { full: false });
await session.sync();
const message = await session.get('errors', { codec: json });
console.log(message.routingKey, message.value.full, await session.get('errors'));
await broker.close();
`;

let folder: string;
let tarball: string;

/** Runs `file` in `cwd`; fails after a minute. What it prints comes back. */
async function outputOf(file: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await run(file, args, { cwd, timeout: 60_000, killSignal: 'SIGKILL' });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringmq-package-'));
  // The package is built already: the tests run it.
  const packed = await outputOf(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    root,
  );
  const [{ filename, files }] = JSON.parse(packed);
  tarball = join(folder, filename);
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths).toContain('dist/src/index.js');
  expect(paths).toContain('dist/src/index.d.ts');
  expect(paths).toContain('dist/workers/router.js');
  expect(paths.filter(path => /^(src|test|bench|workers|dist\/(bench|test))\//.test(path))).toEqual([]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('installed in an empty folder, the first program of the README runs', async () => {
  const home = join(folder, 'empty');
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{ "private": true }');
  await outputOf(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball],
    home,
  );
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const program = /^```js\n(.*?)^```$/ms.exec(readme)?.[1];
  if (program === undefined) throw new Error('The README has no program: a block that begins with ```js');
  await writeFile(join(home, 'program.mjs'), program);
  expect(await outputOf(process.execPath, ['program.mjs'], home)).not.toBe('');
}, 120_000);

test('the library loads no package but its own', async () => {
  // No dependency is there, so that loading one would fail.
  const home = join(folder, 'alone');
  await mkdir(join(home, 'node_modules/ringmq'), { recursive: true });
  await outputOf('tar', ['-xzf', tarball, '--strip-components=1', '-C', 'node_modules/ringmq'], home);
  await writeFile(join(home, 'program.mjs'), PROGRAM);
  expect(await outputOf(process.execPath, ['program.mjs'], home)).toBe('disk.error true undefined\n');
});
