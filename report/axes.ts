import type { Axis } from '../src/lab/report/view.js';
import type { Paints } from './paints.js';

export const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: 12 };

/** Room for the axes' labels is made by ECharts, out of the whole of the canvas. */
export const GRID = {
  left: 0,
  right: 12,
  top: 18,
  bottom: 4,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
};

/** An axis with ticks where the page says: its values are places already. */
export function axisOption({ from, to, ticks }: Axis, paints: Paints, { lines = false, flush = false }) {
  const labels = new Map(ticks.map(([at, label]) => [at, label]));
  const places = ticks.map(([at]) => at);
  return {
    type: 'value',
    min: from,
    max: to,
    axisLine: { show: true, onZero: false, lineStyle: { color: paints.of('rule') } },
    axisTick: { show: true, customValues: places, lineStyle: { color: paints.of('rule') } },
    splitLine: { show: lines, lineStyle: { color: paints.of('rule') } },
    axisLabel: {
      ...FONT,
      color: paints.of('muted'),
      customValues: places,
      hideOverlap: true,
      alignMinLabel: flush ? 'left' : null,
      alignMaxLabel: flush ? 'right' : null,
      formatter: (at: number) => labels.get(at) ?? '',
    },
  };
}
