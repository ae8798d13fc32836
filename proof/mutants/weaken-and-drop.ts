import type { AnyNode, CallExpression } from 'acorn';
import type { Edit, Operator } from './mutant.js';
import { atomicOperation, propertyName } from './syntax.js';

/** A mutant of one access, as an edit of the module. */
export interface Change {
  operator: Operator;
  edits: Edit[];
}

/** What an atomic change of a word makes of the old value and its argument. */
const NEW_VALUES: Readonly<Record<string, string>> = {
  add: 'old + value',
  sub: 'old - value',
  and: 'old & value',
  or: 'old | value',
  xor: 'old ^ value',
  exchange: 'value',
};

const COMPARISONS = new Set(['===', '!==', '==', '!=', '<', '<=', '>', '>=']);
const LOGICAL = new Set(['&&', '||']);

/**
 * The mutants of one `Atomics` call that change nothing but the call, or the condition in which it stands.
 *
 * @param text of the module
 * @param around the nodes around the call, outermost first
 */
export function weakenAndDrop(text: string, call: CallExpression, around: readonly AnyNode[]): Change[] {
  const operation = atomicOperation(call)!;
  const written = (node: AnyNode): string => text.slice(node.start, node.end);
  const [view = '', index = '', value = '', ...others] = call.arguments.map(written);
  const element = `${view}[${index}]`;
  const change = (operator: Operator, instead: string, node: AnyNode = call): Change => ({
    operator,
    edits: [{ start: node.start, end: node.end, text: instead }],
  });

  switch (operation) {
    case 'load': {
      const condition = conditionAround(call, around);
      const dropped = condition
        ? [change('drop-true', 'true', condition), change('drop-false', 'false', condition)]
        : [change('drop', oldAnswer(around, written))];
      return [change('weaken', element), ...dropped];
    }
    case 'store':
      return [change('weaken', `(${element} = ${value})`), change('drop', `(${value})`)];
    case 'notify':
      return [change('drop', '0')];
    // A wait that is dropped answers what a real one does that does not sleep. "ok" would claim a notify.
    case 'wait':
    case 'waitAsync': {
      const awake = operation === 'wait' ? `'not-equal'` : `{ async: false, value: 'not-equal' }`;
      const asItIs = [view, index, `Atomics.load(${view}, ${index})`, ...others].join(', ');
      return [change('drop', awake), change('drop-check', `Atomics.${operation}(${asItIs})`)];
    }
    case 'compareExchange': {
      const plain =
        '((view, index, expected, value) => ' +
        '{ const old = view[index]; if (old === expected) view[index] = value; return old; })';
      const operands = [view, index, value, ...others].join(', ');
      // The load answers that it was done whenever it would have been.
      return [change('weaken', `${plain}(${operands})`), change('drop', `Atomics.load(${view}, ${index})`)];
    }
    default: {
      const newValue = NEW_VALUES[operation];
      if (newValue === undefined) return [];
      const plain = `((view, index, value) => { const old = view[index]; view[index] = ${newValue}; return old; })`;
      return [
        change('weaken', `${plain}(${view}, ${index}, ${value})`),
        change('drop', `Atomics.load(${view}, ${index})`),
      ];
    }
  }
}

/**
 * The smallest condition that `call` decides, if it is in one: a comparison with what it answers, or the answer itself
 * as a test.
 */
function conditionAround(call: CallExpression, around: readonly AnyNode[]): AnyNode | undefined {
  let node: AnyNode = call;
  for (const parent of around.toReversed()) {
    if (parent.type === 'BinaryExpression') {
      if (COMPARISONS.has(parent.operator)) return parent;
    } else if (parent.type === 'LogicalExpression') {
      return LOGICAL.has(parent.operator) ? node : undefined;
    } else if (parent.type === 'UnaryExpression') {
      if (parent.operator === '!') return node;
    } else {
      return 'test' in parent && parent.test === node ? node : undefined;
    }
    node = parent;
  }
  return undefined;
}

/**
 * What a load answers that is not made. If its answer is to replace one that is remembered (`this.#head = …`), it is the
 * remembered one: somebody thought that it cannot have changed. Otherwise 0, what the word was when the memory was made:
 * nobody is there, nothing was sent, nobody asked. A constructor remembers nothing yet.
 */
function oldAnswer(around: readonly AnyNode[], written: (node: AnyNode) => string): string {
  const parent = around.at(-1);
  const inConstructor = around.some(
    node => node.type === 'MethodDefinition' && propertyName(node.key) === 'constructor',
  );
  const remembered = parent?.type === 'AssignmentExpression' && parent.operator === '=' && !inConstructor;
  return remembered ? written(parent.left) : '0';
}
