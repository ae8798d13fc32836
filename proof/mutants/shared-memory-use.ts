import type { AnyNode, Program } from 'acorn';
import { atomicOperation, isFunction, propertyName, runsLater, walk } from './syntax.js';

/** True if `node`, a statement or expression in the module `file`, may come to an access when it runs. */
export type MayAccess = (file: string, node: AnyNode) => boolean;

export interface SharedMemoryUse {
  /** To a call of `Atomics`. */
  atomic: MayAccess;
  /** To that, or to an element of an array. */
  any: MayAccess;
}

/** Methods of typed arrays that read or write elements. */
const ELEMENT_METHODS = ['call set', 'call fill', 'call slice', 'call copyWithin'];

/**
 * Finds out what in `modules` (by file) may use shared memory, directly or through functions of these modules.
 *
 * It goes by names and knows no types, so it says yes too often: to every element `a[i]`, and to each call of a method
 * named like one that uses shared memory. It follows getters and setters, which look like fields where they are used.
 */
export function sharedMemoryUse(modules: ReadonlyMap<string, Program>): SharedMemoryUse {
  const isAtomic = (node: AnyNode): boolean => atomicOperation(node) !== undefined;
  const isElement = (node: AnyNode): boolean => node.type === 'MemberExpression' && node.computed;
  return {
    atomic: accesses(modules, isAtomic, []),
    any: accesses(modules, node => isAtomic(node) || isElement(node), ELEMENT_METHODS),
  };
}

function accesses(
  modules: ReadonlyMap<string, Program>,
  isAccess: (node: AnyNode) => boolean,
  known: readonly string[],
): MayAccess {
  /** The functions that come to an access, said as users write them. */
  const accessing = new Set(known);
  const mayAccess: MayAccess = (file, root) => {
    let found = false;
    walk(root, (node, around) => {
      const parent = around.at(-1);
      found ||= isAccess(node) || uses(node, parent).some(use => accessing.has(scoped(file, use)));
      return !found && !runsLater(node, parent);
    });
    return found;
  };

  const functions = [...modules].flatMap(([file, program]) => functionsOf(file, program));
  for (let size = -1; size < accessing.size; ) {
    size = accessing.size;
    for (const { file, use, body } of functions) if (mayAccess(file, body)) accessing.add(scoped(file, use));
  }
  return mayAccess;
}

/** Private names mean something in their own file only. */
function scoped(file: string, use: string): string {
  return use.includes('#') ? `${file} ${use}` : use;
}

interface Definition {
  file: string;
  /** What its users write: `call flush`, `get closed`, `set threads`, `new Bell`. */
  use: string;
  body: AnyNode;
}

function functionsOf(file: string, program: Program): Definition[] {
  const found: Definition[] = [];
  walk(program, (node, around) => {
    if (node.type === 'MethodDefinition') {
      const body = node.value.body;
      if (node.kind === 'constructor') found.push({ file, use: `new ${className(around)}`, body });
      else found.push({ file, use: `${verbs[node.kind]} ${propertyName(node.key)}`, body });
    } else if (node.type === 'FunctionDeclaration') {
      found.push({ file, use: `call ${node.id?.name}`, body: node.body });
    } else if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
      if (node.init && isFunction(node.init)) {
        found.push({ file, use: `call ${node.id.name}`, body: node.init.body });
      }
    }
    return true;
  });
  return found;
}

const verbs = { method: 'call', get: 'get', set: 'set' };

function className(around: readonly AnyNode[]): string | undefined {
  const owner = around.at(-2);
  return owner?.type === 'ClassDeclaration' ? owner.id?.name : undefined;
}

/** Which functions `node` may run, said as in functionsOf(). */
function uses(node: AnyNode, parent: AnyNode | undefined): string[] {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const verb = node.type === 'NewExpression' ? 'new' : 'call';
    return node.callee.type === 'Identifier' ? [`${verb} ${node.callee.name}`] : [];
  }
  if (node.type !== 'MemberExpression' || node.computed) return [];
  const name = propertyName(node.property);
  if (parent?.type === 'CallExpression' && parent.callee === node) return [`call ${name}`];
  if (parent?.type === 'AssignmentExpression' && parent.left === node) {
    return parent.operator === '=' ? [`set ${name}`] : [`get ${name}`, `set ${name}`];
  }
  return [`get ${name}`];
}
