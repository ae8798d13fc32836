import type { AnyNode, CallExpression, Program } from 'acorn';
import type { Edit, Operator } from './mutant.js';
import type { SharedMemoryUse } from './shared-memory-use.js';
import { statementsOf, swaps } from './swaps.js';
import { atomicOperation, propertyName, runsLater, walk } from './syntax.js';
import { weakenAndDrop } from './weaken-and-drop.js';

/** A mutant, within the text of its module. */
export interface Mutation {
  id: string;
  operator: Operator;
  /** Offset of the access. */
  at: number;
  edits: readonly Edit[];
}

/** A call of `Atomics`, or a statement that comes to one through other functions only. */
interface Access {
  name: string;
  node: AnyNode;
}

/** All mutations of one module, in the order of their accesses. */
export function mutations(file: string, text: string, program: Program, use: SharedMemoryUse): Mutation[] {
  const found: Mutation[] = [];
  const named = accessNames(file);
  const add = ({ name, node }: Access, operator: Operator, edits: readonly Edit[]): void => {
    found.push({ id: `${name}:${operator}`, operator, at: node.start, edits });
  };

  /** The first access of each statement that holds one, not counting those in blocks inside the statement. */
  const held = new Map<AnyNode, Access>();
  walk(program, (node, around) => {
    if (atomicOperation(node) === undefined) return true;
    const access = { name: named('', around), node };
    const statement = statementAround(node, around);
    if (statement && !held.has(statement)) held.set(statement, access);
    for (const { operator, edits } of weakenAndDrop(text, node as CallExpression, around)) {
      add(access, operator, edits);
    }
    return true;
  });

  const isUsing = (statement: AnyNode): boolean => use.any(file, statement);
  walk(program, (node, around) => {
    const statements = statementsOf(node);
    const accesses = new Map<AnyNode, Access>();
    for (const statement of statements) {
      const own = held.get(statement);
      if (own !== undefined) accesses.set(statement, own);
      else if (use.atomic(file, statement)) {
        accesses.set(statement, { name: named('statement-', around), node: statement });
      }
    }
    for (const { first, second, edits } of swaps(text, statements, isUsing)) {
      const before = accesses.get(first);
      const behind = accesses.get(second);
      // The rest are two that make plain accesses only: nobody may look at either before an atomic one.
      if (before) add(before, 'swap-after', edits);
      else if (behind) add(behind, 'swap-before', edits);
    }
    return true;
  });
  return found.sort((a, b) => a.at - b.at);
}

/** Names accesses by the function that they stand in and their number there: `memory/bell.js:ring:1`. */
function accessNames(file: string): (kind: string, around: readonly AnyNode[]) => string {
  const counts = new Map<string, number>();
  return (kind, around) => {
    const name = `${file}:${around.map(functionName).findLast(name => name !== undefined)}:${kind}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name}${count}`;
  };
}

function functionName(node: AnyNode): string | undefined {
  if (node.type === 'MethodDefinition') return propertyName(node.key);
  return node.type === 'FunctionDeclaration' ? node.id?.name : undefined;
}

/** The innermost statement of a block that holds `node`, and runs it there and then. */
function statementAround(node: AnyNode, around: readonly AnyNode[]): AnyNode | undefined {
  let inside = node;
  for (const outside of around.toReversed()) {
    if (statementsOf(outside).includes(inside)) return inside;
    if (runsLater(inside, outside)) return undefined;
    inside = outside;
  }
  return undefined;
}
