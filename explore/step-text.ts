import { inspect } from 'node:util';
import type { Operation, SourceLine, Step, Violation } from './scenario.js';

/**
 * What a step did, in a few words: `load b0+128 → 5`, `compareExchange b0+128 0 → 8: was 0 (stored)`.
 *
 * @param call the call that an `invoke` step begins or a `return` step ends
 */
export function stepText(step: Step, call?: Operation): string {
  const [first, second] = step.arguments ?? [];
  const access = `${step.kind} ${placeName(step)}`;
  switch (step.kind) {
    case 'read':
    case 'load':
      return `${access} → ${valueText(step.result)}`;
    case 'write':
    case 'store':
      return `${access} = ${valueText(first)}`;
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'xor':
    case 'exchange':
      return `${access} ${valueText(first)}: was ${valueText(step.result)}`;
    case 'compareExchange': {
      const outcome = step.result === first ? 'stored' : 'not stored';
      return `${access} ${valueText(first)} → ${valueText(second)}: was ${valueText(step.result)} (${outcome})`;
    }
    case 'wait':
      return `${access} while ${valueText(first)}${limitText(second)}: ${waitOutcome(step.result)}`;
    case 'notify':
      return `${access} ${first === undefined || first === Number.POSITIVE_INFINITY ? 'all' : first}: ${step.result} woken`;
    case 'timeout':
      return step.buffer === undefined ? 'wait times out' : `wait ${placeName(step)} times out`;
    case 'death':
      return 'dies';
    case 'invoke':
      if (call !== undefined) return `invoke ${callText(call)}`;
      break;
    case 'return':
      if (call !== undefined) return `return ${call.name} → ${anyText(call.result)}`;
      break;
    case 'join':
      return `join ${valueText(first)}: ${step.result === true ? 'died' : 'ended'}`;
  }
  const words = [step.kind, ...(step.arguments ?? []).map(valueText)].join(' ');
  return step.result === undefined ? words : `${words} → ${valueText(step.result)}`;
}

/** The texts of all steps of a violation. */
export function stepTexts({ threads, steps, history }: Violation): string[] {
  return steps.map((step, index) => {
    const isCall = (call: Operation) =>
      call.thread === threads[step.thread] &&
      index === (step.kind === 'invoke' ? call.invoked : call.returned);
    return stepText(step, history.find(isCall));
  });
}

/** `b0+128`: byte 128 of the buffer that was made first. */
function placeName(step: Step): string {
  return `b${step.buffer}+${step.byteOffset}`;
}

/** `enqueue(5)` */
export function callText(call: Operation): string {
  return `${call.name}(${call.arguments.map(anyText).join(', ')})`;
}

/** `mailbox-writer.js:154`. The last part of the path: the table has no room for more. */
export function sourceName(source: SourceLine): string {
  return `${source.file.slice(Math.max(source.file.lastIndexOf('/'), source.file.lastIndexOf('\\')) + 1)}:${source.line}`;
}

/** A value of an access. Strings are words ('not-equal', the name of a thread). */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : anyText(value);
}

/** Any value, on one line. */
export function anyText(value: unknown): string {
  return inspect(value, {
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 16,
    maxStringLength: 64,
  });
}

function limitText(limit: unknown): string {
  return limit === undefined || limit === Number.POSITIVE_INFINITY ? '' : `, at most ${limit} ms`;
}

/** Whoever does sleep is answered 'ok' or 'timed-out' only later, when it wakes up. */
function waitOutcome(result: unknown): string {
  return result === 'not-equal' ? 'does not sleep (not-equal)' : 'sleeps';
}
