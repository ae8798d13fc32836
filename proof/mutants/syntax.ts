import type { AnyNode, ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from 'acorn';

/**
 * Calls `visit` for `root` and every node in it, in the order of the text, with the nodes around it, outermost first. What
 * is inside a node for which it answers false is left out.
 */
export function walk(
  root: AnyNode,
  visit: (node: AnyNode, around: readonly AnyNode[]) => boolean,
  around: readonly AnyNode[] = [],
): void {
  if (!visit(root, around)) return;
  const inside = [...around, root];
  for (const child of children(root)) walk(child, visit, inside);
}

function children(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The name of the operation if `node` is a call `Atomics.name(…)`. */
export function atomicOperation(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object, property } = node.callee;
  if (object.type !== 'Identifier' || object.name !== 'Atomics') return undefined;
  return property.type === 'Identifier' ? property.name : undefined;
}

export function isFunction(
  node: AnyNode,
): node is FunctionDeclaration | FunctionExpression | ArrowFunctionExpression {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** True if `node` is a function that runs later, when it is called by its name, and not where it stands. */
export function runsLater(node: AnyNode, parent: AnyNode | undefined): boolean {
  return isFunction(node) && parent?.type !== 'CallExpression';
}

/** The name of a method or property as it is written: `#claim`, `flush`, `constructor`. */
export function propertyName(key: AnyNode): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Identifier' ? key.name : undefined;
}
