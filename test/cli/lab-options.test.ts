import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasWebLocks } from '#src/lab/impossible.js';
import { emptyFolder } from '../lab/folder.js';
import { ringmq } from './ringmq.js';

const folder = emptyFolder();
writeFileSync(join(folder, 'file'), '');
writeFileSync(join(folder, 'empty.json'), '{}');
writeFileSync(join(folder, 'typo.json'), '{"cells": [{}, {"bodies": 32}]}');
writeFileSync(join(folder, 'web.json'), '{"cells": [{"design": "shared-locked", "lock": "web-locks"}]}');
mkdirSync(join(folder, 'taken'));
writeFileSync(join(folder, 'taken', 'report.html'), '');

const PRESETS = ['quick', 'contention', 'latency', 'waiting', 'sizes'];

test('--help names every preset', async () => {
  const { code, stdout } = await ringmq('lab', '--help');
  expect(code).toBe(0);
  for (const preset of [...PRESETS, 'custom', 'resume', 'report']) {
    expect(stdout).toMatch(new RegExp(`^  ${preset} .* [a-z]`, 'm'));
  }
});

test('--list says what each preset runs and how long it takes', async () => {
  const { code, stdout } = await ringmq('lab', '--list');
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map(line => line.split(/ +/)[0])).toEqual(PRESETS);
  for (const line of lines) expect(line).toMatch(/^\w+ +\d+ runs +(\d+h)?(\d+m)?(\d+s)? {2}[a-z].*/);
});

test('the help of a preset names its options', async () => {
  const { stdout } = await ringmq('lab', 'contention', '--help');
  const options = 'out time rounds seed overwrite threads designs locks producers consumers body batch work';
  for (const option of options.split(' ')) expect(stdout).toContain(`--${option}`);
});

describe('what cannot be is said in one line, with exit code 2', () => {
  const OUT = ['--out', 'FOLDER/new'];
  test.each([
    [
      ['fast', ...OUT],
      "There is no preset 'fast'. Known are quick, contention, latency, waiting, sizes, custom.",
    ],
    [['--speed', '3'], "unknown option '--speed'"],
    [['quick'], "required option '--out <dir>' not specified"],
    [['quick', 'now', ...OUT], 'too many arguments'],
    [['quick', ...OUT, '--threads', '2'], "unknown option '--threads'"],
    [['contention', ...OUT, '--threads', '65'], 'It must be an integer from 1 to 64.'],
    [
      ['quick', ...OUT, '--time', '10'],
      "argument '10' is invalid. It must be a duration, as 90s, 10m or 1h30m.",
    ],
    [['quick', ...OUT, '--time', '5s'], 'at least, not 5s. Give more time, fewer rounds or fewer cells.'],
    [['quick', ...OUT, '--time', '24h'], '50 rounds of 8 cells take 3h'],
    [['quick', ...OUT, '--rounds', '0'], 'It must be an integer from 1 to 1000.'],
    [['quick', ...OUT, '--seed', '-1'], 'It must be an integer from 0 to 2147483647.'],
    [
      ['quick', ...OUT, '--designs', 'mailbox'],
      "There is no design 'mailbox'. Known are queue-per-consumer,",
    ],
    [
      ['quick', ...OUT, '--locks', 'spin,fast'],
      "There is no lock 'fast'. Known are futex, spin, ticket, mcs,",
    ],
    [
      ['sizes', ...OUT, '--designs', 'message-port', '--locks', 'spin'],
      'Locks go with the design shared-locked',
    ],
    [['quick', ...OUT, '--producers', '65'], 'Too big: expected number to be <=64.'],
    [['quick', ...OUT, '--consumers', '1,two'], 'It must be an integer.'],
    [['quick', ...OUT, '--body', '33'], 'must be a multiple of 8.'],
    [['quick', ...OUT, '--batch', ''], 'It must be an integer.'],
    [['quick', ...OUT, '--work', '1.5'], 'It must be an integer.'],
    [['quick', '--out', 'FOLDER/file'], "file' cannot be written: file already exists."],
    [['quick', '--out', 'FOLDER/file/new'], "new' cannot be written: not a directory."],
    [['quick', '--out', 'FOLDER/taken'], "There is a report.html in 'FOLDER/taken' already."],
    [['custom', ...OUT], "missing required argument 'file'"],
    [['custom', 'FOLDER/none.json', ...OUT], "none.json' cannot be read: no such file or directory."],
    [['custom', 'FOLDER/file', ...OUT], "file': It is not JSON: "],
    [['custom', 'FOLDER/empty.json', ...OUT], `empty.json': It needs "cells", "vary" or both.`],
    [['custom', 'FOLDER/typo.json', ...OUT], `typo.json': cells[1]: Unrecognized key: "bodies"`],
    [['custom', 'FOLDER/typo.json', ...OUT, '--body', '32'], "unknown option '--body'"],
    [['resume'], "missing required argument 'dir'"],
    [
      ['resume', 'FOLDER/none'],
      "There is no lab in 'FOLDER/none'. Start one: ringmq lab PRESET --out FOLDER/none",
    ],
    [['schema', 'cell'], "There is no schema 'cell'. Known are results, plan."],
  ])('%j', async (args, message) => {
    const inFolder = (text: string) => text.replaceAll('FOLDER', folder);
    const { code, stdout, stderr } = await ringmq('lab', ...args.map(inFolder));
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toContain(inFolder(message));
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(['empty.json', 'file', 'taken', 'typo.json', 'web.json']);
  });

  test.skipIf(hasWebLocks)('locks that this Node does not have', async () => {
    const { code, stderr } = await ringmq(
      'lab',
      'custom',
      join(folder, 'web.json'),
      '--out',
      join(folder, 'new'),
    );
    expect(stderr).toMatch(
      /web\.json': cells\[0\]: Node v\S+ has no worker_threads\.locks: .*24\.5 or later\.\n$/,
    );
    expect(code).toBe(2);
  });
});
