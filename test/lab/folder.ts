import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An empty folder, gone after the tests of the file. */
export function emptyFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ringmq-lab-'));
  afterAll(() => rmSync(path, { recursive: true }));
  return path;
}
