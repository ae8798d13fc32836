import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from './document.js';

it('the tables of the documents are those of the committed results, and what the sentences say of them holds', async () => {
  const script = join(ROOT, 'dist/bench/documents/main.js');
  const check = promisify(execFile)(process.execPath, [script, '--check'], { cwd: ROOT, timeout: 60_000 });
  // Fails with what the script says: which document is out of date, and which sentence does not hold.
  await expect(check).resolves.toMatchObject({ stderr: '' });
});
