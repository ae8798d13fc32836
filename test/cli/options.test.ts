import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ringmq } from './ringmq.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmq-'));
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(folder, 'two.txt'), 'one\ntwo\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await ringmq('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help names every option and every design', async () => {
  const { code, stdout } = await ringmq('compare', '--help');
  expect(code).toBe(0);
  for (const option of 'publishers consumers body messages designs input repeat runs seconds json'.split(
    ' ',
  )) {
    expect(stdout).toContain(`--${option}`);
  }
  for (const design of ['queue-per-consumer', 'shared-lock-free', 'message-port-packed']) {
    expect(stdout).toContain(design);
  }
});

describe('what cannot be is said in one line, with exit code 2', () => {
  test.each([
    [
      ['--designs', 'shared-locked,fast'],
      "There is no design 'fast'. Known are queue-per-consumer, shared-locked,",
    ],
    [['--designs', ''], "There is no design ''"],
    [
      ['--publishers', 'two'],
      "option '--publishers <n>' argument 'two' is invalid. It must be an integer from 1",
    ],
    [['--publishers', '0'], 'It must be an integer from 1 to 64.'],
    [['--consumers', '65'], 'It must be an integer from 1 to 64.'],
    [['--consumers', '1.5'], 'It must be an integer from 1 to 64.'],
    [['--consumers'], "option '--consumers <n>' argument missing"],
    [['--body', '23'], 'It must be an integer from 24 to 1048576.'],
    [['--messages', '-1'], 'It must be an integer from 1 to 100000000.'],
    [['--messages', '1e3'], 'It must be an integer'],
    [['--runs', ''], 'It must be an integer'],
    [['--seconds', 'long'], 'It must be a number from 0 to 3600.'],
    [['--speed', '3'], "unknown option '--speed'"],
    [['now'], 'too many arguments'],
    [['--repeat', '2'], '--repeat needs --input'],
    [['--input', 'FOLDER/none.txt'], "none.txt' cannot be read: no such file or directory."],
    [['--input', 'FOLDER'], 'cannot be read: '],
    [['--input', 'FOLDER/empty.txt'], "empty.txt' is empty: there is no line to send."],
    [['--input', 'FOLDER/two.txt', '--messages', '5'], '--messages does not go with --input'],
    [['--input', 'FOLDER/two.txt', '--body', '64'], '--body does not go with --input'],
    [['--input', 'FOLDER/two.txt', '--repeat', '99999999'], 'at most 100000000 are possible'],
    [['--json', 'FOLDER/none/report.json'], "report.json' cannot be written: no such file or directory."],
    [['--json', 'FOLDER'], 'cannot be written: it is a directory.'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await ringmq(
      'compare',
      ...args.map(arg => arg.replace('FOLDER', folder)),
    );
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('an unknown command', async () => {
  const { code, stderr } = await ringmq('compete');
  expect({ code, stderr }).toEqual({ code: 2, stderr: "error: unknown command 'compete'\n" });
});
