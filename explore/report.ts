import type { Operation, Violation } from './scenario.js';
import { scheduleTable } from './schedule-table.js';
import { anyText, callText } from './step-text.js';

/**
 * A violation for people: what is wrong, the schedule as a table, the calls of the history, and how to run it again.
 *
 * @param width columns of the terminal; see scheduleTable() for how it is kept
 */
export function formatViolation(violation: Violation, width = 160): string {
  const parts = [`${violation.kind}: ${violation.message}`];
  if (violation.steps.length > 0) parts.push(scheduleTable(violation, width));
  if (violation.history.length > 0) parts.push(callTable(violation.history));
  if (violation.replay !== '') {
    parts.push(`To run exactly this schedule again:\n  explore(scenario, { replay: '${violation.replay}' })`);
  }
  return parts.join('\n\n');
}

function callTable(history: readonly Operation[]): string {
  const rows = history.map(call => [call.thread, resultText(call), stepsText(call)] as const);
  const threads = Math.max(...rows.map(([thread]) => thread.length));
  const calls = Math.max(...rows.map(([, call]) => call.length));
  return [
    'Calls, and the steps at which they began and ended:',
    ...rows.map(([thread, call, steps]) => `  ${thread.padEnd(threads)}  ${call.padEnd(calls)}  ${steps}`),
  ].join('\n');
}

function resultText(call: Operation): string {
  return call.returned === Number.POSITIVE_INFINITY
    ? callText(call)
    : `${callText(call)} → ${anyText(call.result)}`;
}

/** Numbered from 1, as the rows of the table are. */
function stepsText(call: Operation): string {
  return call.returned === Number.POSITIVE_INFINITY
    ? `${call.invoked + 1}, never ended`
    : `${call.invoked + 1} to ${call.returned + 1}`;
}
