import { parse } from 'acorn';
import MagicString from 'magic-string';
import { type Mutation, mutations } from '#proof/mutants/mutations.js';
import { sharedMemoryUse } from '#proof/mutants/shared-memory-use.js';

/** A mutation of a small module, and the text of the whole mutated module. */
export interface Mutated {
  /** Without the file. */
  id: string;
  operator: Mutation['operator'];
  text: string;
}

/** All mutants of a module that consists of `text`. */
export function mutated(text: string): Mutated[] {
  const program = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  const use = sharedMemoryUse(new Map([['module.js', program]]));
  return mutations('module.js', text, program, use).map(({ id, operator, edits }) => {
    const changed = new MagicString(text);
    for (const { start, end, text: instead } of edits) changed.overwrite(start, end, instead);
    return { id: id.slice('module.js:'.length), operator, text: changed.toString() };
  });
}
