import type { Violation } from './scenario.js';
import { sourceName, stepTexts } from './step-text.js';

/** Spaces between columns. */
const GAP = 2;

/** So much of each source line is worth more than thread columns that lie side by side. */
const WANTED_SOURCE_TEXT = 32;

/** Where each thread's column starts, and where the source lines do. */
interface Columns {
  starts: readonly number[];
  source: number;
}

/**
 * The steps of a violation, a row for each, in the order in which they were made. Each thread has a column. Where another
 * thread goes on, an arrow leads to it:
 *
 *     step  writer                  reader
 *        1  store b0+128 = 7        │                  writer.js:3   Atomics.store(words, 32, 7)
 *        2  ├─────────────────────> load b0+128 → 7    reader.js:12  const value = Atomics.load(words, 32)
 *        3  dies <──────────────────┤
 *        4  └─────────────────────> join writer: died
 *
 * Rows are numbered from 1, as the messages of violations number steps.
 *
 * @param width columns of the terminal. Kept by cutting source text. Where too little of it would be left, the columns of
 *   the threads overlap; where even that is not enough, lines are longer: no step is cut.
 */
export function scheduleTable(violation: Violation, width: number): string {
  const { threads, steps } = violation;
  const texts = stepTexts(violation);
  const names = steps.map(({ source }) => (source === undefined ? '' : sourceName(source)));
  const nameWidth = longest(names);
  const numberWidth = longest(['step', String(steps.length)]);

  const room = nameWidth === 0 ? width : width - GAP - nameWidth - GAP - WANTED_SOURCE_TEXT;
  const widths = threads.map((name, thread) =>
    longest([name, ...texts.filter((_, index) => steps[index]!.thread === thread)]),
  );
  const columns = placeColumns(threads, widths, numberWidth + GAP, room);

  const lines = [threads.reduce((line, name, thread) => line.padEnd(columns.starts[thread]!) + name, 'step')];
  const living = new Set(columns.starts);
  for (let i = 0; i < steps.length; i++) {
    const { thread, kind, source } = steps[i]!;
    const at = columns.starts[thread]!;
    const before = i === 0 ? at : columns.starts[steps[i - 1]!.thread]!;
    let row = `${i + 1}`.padStart(numberWidth) + drawRow(living, before, at, texts[i]!).slice(numberWidth);
    if (source !== undefined) {
      const text = source.text.trim().replace(/\s+/g, ' ');
      row = row.padEnd(columns.source) + names[i]!.padEnd(nameWidth + GAP);
      row += cut(text, width - row.length);
    }
    lines.push(row.trimEnd());
    if (kind === 'death') living.delete(at);
  }
  return lines.join('\n');
}

/** Columns side by side if they end within `room`, otherwise as far from each other as room is. */
function placeColumns(
  names: readonly string[],
  widths: readonly number[],
  from: number,
  room: number,
): Columns {
  const starts: number[] = [];
  let end = from;
  for (const width of widths) {
    starts.push(end);
    end += width + GAP;
  }
  if (end - GAP <= room) return { starts, source: end };

  let distance = room;
  for (let i = 1; i < widths.length; i++) {
    distance = Math.min(distance, Math.floor((room - from - widths[i]!) / i));
  }
  distance = Math.max(distance, longest(names) + GAP);
  const overlapping = names.map((_, index) => from + index * distance);
  return {
    starts: overlapping,
    source: Math.max(...overlapping.map((start, index) => start + widths[index]!)) + GAP,
  };
}

/**
 * A row, spaces where its number goes: `text` at column `at`, a line in the column of each other living thread, and an
 * arrow from the column `before`, of the thread that made the step before.
 */
function drawRow(living: ReadonlySet<number>, before: number, at: number, text: string): string {
  const row: string[] = [];
  for (const start of living) row[start] = '│';
  const end = at + text.length;
  if (before < at) {
    row[before] = living.has(before) ? '├' : '└';
    for (let i = before + 1; i < at - 2; i++) row[i] = living.has(i) ? '┼' : '─';
    row[at - 2] = '>';
  } else if (before > end + 1) {
    row[end + 1] = '<';
    for (let i = end + 2; i < before; i++) row[i] = living.has(i) ? '┼' : '─';
    row[before] = living.has(before) ? '┤' : '┘';
  }
  for (let i = 0; i < text.length; i++) row[at + i] = text[i]!;
  row[end] = ' ';
  return Array.from(row, character => character ?? ' ').join('');
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width > 1 ? `${text.slice(0, width - 1)}…` : '';
}

function longest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}
