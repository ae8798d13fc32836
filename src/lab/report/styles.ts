import type { Marker, Paint, Style } from './view.js';

/**
 * How each design, or each way to wait, looks: the same in every report. The colours stand in report/page.css, and
 * symbols and dashes tell the series apart where colours do not.
 */
const LOOKS: Readonly<Record<string, readonly [paint: Paint, marker: Marker, dash: readonly number[]]>> = {
  'queue-per-consumer': ['series-1', 'circle', []],
  'shared-lock-free': ['series-2', 'triangle', []],
  'message-port': ['series-3', 'diamond', []],
  'shared-locked (futex)': ['series-4', 'square', [6, 3]],
  'shared-locked (spin)': ['series-5', 'wedge', [2, 2]],
  'shared-locked (ticket)': ['series-6', 'pentagon', [8, 3, 2, 3]],
  'shared-locked (mcs)': ['series-7', 'bow', [10, 4]],
  'shared-locked (web-locks)': ['series-8', 'cross', [4, 4]],
  blocking: ['series-1', 'circle', []],
  'event loop': ['series-2', 'triangle', [6, 3]],
  polling: ['series-4', 'square', [8, 3, 2, 3]],
  pulling: ['series-5', 'diamond', [10, 4]],
  spinning: ['series-6', 'wedge', [2, 2]],
};

/** @param name of the series: what is compared and, after "with", what is peculiar to it */
export function styleOf(name: string): Style {
  const [subject, peculiar] = name.split(' with ');
  const look = LOOKS[subject!];
  if (look === undefined) throw new Error(`There is no look for "${subject}".`);
  const [paint, marker, dash] = look;
  return peculiar === undefined
    ? { name, paint, marker, dash, hollow: false }
    : { name, paint, marker, dash: [1, 3], hollow: true };
}
