import type { AnyNode } from 'acorn';
import type { Edit } from './mutant.js';
import { walk } from './syntax.js';

/** Two statements of one block that use shared memory, one after the other in a swapped order. */
export interface Swap {
  first: AnyNode;
  second: AnyNode;
  edits: Edit[];
}

/** The lists of statements that `node` has, each in its order. */
export function statementsOf(node: AnyNode): readonly AnyNode[] {
  if (node.type === 'BlockStatement' || node.type === 'StaticBlock') return node.body;
  return node.type === 'SwitchCase' ? node.consequent : [];
}

/**
 * The swaps of neighbours: of any two of `statements` that use shared memory, with none between them that does.
 *
 * What stands between them is private to the thread. It goes along: behind the two if it needs something that the first
 * of them defines, before them if not. There is no swap if the second needs it too, or if one of the two leaves the block.
 *
 * @param statements of a block
 */
export function swaps(
  text: string,
  statements: readonly AnyNode[],
  usesSharedMemory: (statement: AnyNode) => boolean,
): Swap[] {
  const found: Swap[] = [];
  const using = statements.filter(usesSharedMemory);
  for (let i = 1; i < using.length; i++) {
    const first = using[i - 1]!;
    const second = using[i]!;
    if (leaves(first) || leaves(second)) continue;
    const places = statements.slice(statements.indexOf(first), statements.indexOf(second) + 1);
    const order = swapped(places);
    if (order === undefined) continue;
    const edits = places.map(({ start, end }, place) => {
      const statement = order[place]!;
      return { start, end, text: text.slice(statement.start, statement.end) };
    });
    found.push({ first, second, edits });
  }
  return found;
}

/** The statements with the last before the first, or undefined if the last needs a name that the first defines. */
function swapped([first, ...others]: readonly AnyNode[]): AnyNode[] | undefined {
  const last = others.pop()!;
  const defined = definedNames(first!);
  const before: AnyNode[] = [];
  const behind = [first!];
  for (const statement of others) {
    const needs = usesAny(statement, defined);
    (needs ? behind : before).push(statement);
    if (needs) for (const name of definedNames(statement)) defined.add(name);
  }
  return usesAny(last, defined) ? undefined : [...before, last, ...behind];
}

function leaves({ type }: AnyNode): boolean {
  return (
    type === 'ReturnStatement' ||
    type === 'BreakStatement' ||
    type === 'ContinueStatement' ||
    type === 'ThrowStatement'
  );
}

/** The names that a statement defines for those behind it. */
function definedNames(statement: AnyNode): Set<string> {
  const names = new Set<string>();
  if (statement.type !== 'VariableDeclaration') return names;
  for (const { id } of statement.declarations) {
    walk(id, node => {
      if (node.type === 'Identifier') names.add(node.name);
      return true;
    });
  }
  return names;
}

function usesAny(statement: AnyNode, names: ReadonlySet<string>): boolean {
  let found = false;
  walk(statement, (node, around) => {
    found ||= node.type === 'Identifier' && names.has(node.name) && !namesMember(node, around.at(-1));
    return !found;
  });
  return found;
}

/** True for `count` in `this.count`. */
function namesMember(node: AnyNode, parent: AnyNode | undefined): boolean {
  return parent?.type === 'MemberExpression' && parent.property === node && !parent.computed;
}
