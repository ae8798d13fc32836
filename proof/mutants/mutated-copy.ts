import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SHIPPED_CODE } from '../code-under-test.js';
import { sharedMemoryModules } from './find-mutants.js';
import type { Mutant } from './mutant.js';

/** Makes a folder for mutated copies. It lies in `dist/`, where imports of packages resolve; whoever makes it removes it. */
export function makeCopiesFolder(): string {
  return mkdtempSync(fileURLToPath(new URL('../mutants-', SHIPPED_CODE)));
}

/**
 * Copies the compiled shared-memory modules into a new folder below `folder`, with the mutant in the place of its
 * module.
 *
 * @returns the copy's root, for loadCode()
 */
export function mutatedCopy(mutant: Mutant, folder: string): URL {
  const root = new URL('src/', pathToFileURL(`${mkdtempSync(`${folder}/`)}/`));
  for (const module of sharedMemoryModules(SHIPPED_CODE)) {
    const copy = fileURLToPath(new URL(module, root));
    mkdirSync(dirname(copy), { recursive: true });
    if (module === mutant.file) writeFileSync(copy, mutant.apply());
    else copyFileSync(new URL(module, SHIPPED_CODE), copy);
  }
  return root;
}
