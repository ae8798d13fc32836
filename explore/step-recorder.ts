import { asElement } from './elements.js';
import type { ModelledMemory } from './modelled-memory.js';
import type { Operation, Step } from './scenario.js';
import { KIND_NAMES, Kind } from './step-kinds.js';
import type { ThreadState } from './thread-state.js';

/** The pending step of `thread`, which it has just made, as a violation shows it. */
export function describeStep(
  thread: ThreadState,
  kind: Kind,
  result: unknown,
  memory: ModelledMemory,
  threads: readonly ThreadState[],
): Step {
  const step: Step = { thread: thread.index, kind: KIND_NAMES[kind]! };
  if (thread.view !== undefined && thread.location >= 0) {
    const { buffer, byteOffset } = memory.locations[thread.location]!;
    step.buffer = buffer;
    step.byteOffset = byteOffset;
  }
  const operation = kind === Kind.INVOKE || kind === Kind.RETURN ? thread.lastOperation : undefined;
  const parameters = parametersOf(thread, kind, operation, threads);
  if (parameters.length > 0) step.arguments = parameters as (number | bigint | string)[];
  const answer = kind === Kind.RETURN ? operation?.result : result;
  if (answer !== undefined) step.result = answer;
  if (thread.source !== undefined) step.source = thread.source;
  return step;
}

function parametersOf(
  thread: ThreadState,
  kind: Kind,
  operation: Operation | undefined,
  threads: readonly ThreadState[],
): unknown[] {
  if (operation !== undefined) return [operation.name];
  if (kind === Kind.JOIN) return [threads[thread.location]!.name];
  if (kind === Kind.TIMEOUT || kind === Kind.DEATH) return [];
  if (kind === Kind.COMPARE_EXCHANGE) return [asElement(thread.view!, thread.a), thread.b];
  return [thread.a, thread.b].filter(value => value !== undefined);
}
