import { expect, test } from 'vitest';
import { viewOf } from '#src/lab/report/report-view.js';
import type { Figure, Section } from '#src/lab/report/view.js';
import { results, runsAt } from '../build-results.js';
import { presetCells, syntheticResults } from '../synthetic.js';

const PRESETS = ['quick', 'contention', 'latency', 'waiting', 'sizes'] as const;
type Preset = (typeof PRESETS)[number];

const views = new Map<Preset, Map<string, Section>>();

function sectionsOf(preset: Preset): Map<string, Section> {
  const known = views.get(preset);
  if (known !== undefined) return known;
  const { sections } = viewOf(syntheticResults(preset, presetCells(preset)));
  const byId = new Map(sections.map(section => [section.id, section]));
  views.set(preset, byId);
  return byId;
}

const panelsOf = (figure: Figure | null | undefined) => figure?.frames.flatMap(frame => frame.panels) ?? [];

test.each([
  ['quick', 'throughput latency spectrum time lock timeline fairness scalability counters machine'],
  ['contention', 'throughput time lock timeline fairness scalability counters machine'],
  ['latency', 'latency keeping-up spectrum time lock scalability counters machine'],
  ['waiting', 'waiting latency keeping-up spectrum time scalability counters machine'],
  ['sizes', 'throughput time lock timeline scalability counters machine'],
] as const)('%s shows what it has data for, and no more', (preset, ids) => {
  expect([...sectionsOf(preset).keys()].join(' ')).toBe(ids);
});

test('every section with a figure says what it shows, and has a table', () => {
  for (const preset of PRESETS) {
    for (const section of sectionsOf(preset).values()) {
      expect(section.says.join(''), section.id).not.toBe('');
      if (section.figure !== null) expect(section.tables, section.id).not.toEqual([]);
    }
  }
});

test('every row of a table has as many cells as there are columns', () => {
  for (const preset of PRESETS) {
    for (const { tables } of sectionsOf(preset).values()) {
      for (const { columns, groups, caption } of tables) {
        for (const { cells } of groups.flatMap(group => group.rows)) {
          expect(cells.length, `${preset}: ${caption}`).toBe(columns.length);
        }
      }
    }
  }
});

test('two things that vary make a chart for each value of the second one', () => {
  const panels = panelsOf(sectionsOf('sizes').get('throughput')?.figure);
  expect(panels.map(({ title }) => title)).toEqual(['batch 1', 'batch 8', 'batch 64']);
  expect(panels[0]?.x.ticks.map(([, label]) => label.replace('\u00a0', ' '))).toEqual([
    '16 bytes',
    '64 bytes',
    '256 bytes',
    '1 KiB',
    '4 KiB',
  ]);
});

test('one place makes a bar for each design, the fastest first', () => {
  const [panel] = panelsOf(sectionsOf('quick').get('throughput')?.figure);
  const ends = panel?.kind === 'rows' ? panel.rows.map(({ bars }) => bars[0]!.to) : [];
  expect(ends.length).toBe(5);
  expect(ends).toEqual(ends.toSorted((a, b) => b - a));
});

test('time and lock are bars that end at 100 %', () => {
  for (const id of ['time', 'lock']) {
    const panels = panelsOf(sectionsOf('contention').get(id)?.figure);
    expect(panels.length).toBeGreaterThan(0);
    for (const panel of panels) {
      for (const { bars } of panel.kind === 'rows' ? panel.rows : []) {
        expect(bars[0]!.from).toBe(0);
        expect(bars.at(-1)!.to).toBeCloseTo(1, 9);
        for (const [index, bar] of bars.slice(1).entries()) expect(bar.from).toBe(bars[index]!.to);
      }
    }
  }
});

test('the part of the axis with more threads than cores is marked', () => {
  const [plot] = panelsOf(sectionsOf('contention').get('throughput')?.figure);
  // 1 → 1 has a core for each thread, 2 → 2 has not.
  expect(plot?.kind === 'plot' && plot.oversubscribed?.[0]).toBe(0.5);
});

test('a lab that was interrupted before its first run has a report', () => {
  const view = viewOf(results([]));
  expect(view.sections.map(({ id }) => id)).toEqual(['scalability', 'machine']);
});

test('a system without times of threads has no chart of them', () => {
  const sections = viewOf(results(runsAt([1, 2, 3, 4, 5]))).sections.map(({ id }) => id);
  expect(sections).not.toContain('time');
  expect(sections).toContain('throughput');
});
