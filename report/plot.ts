import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import type { Line, Plot, Point } from '../src/lab/report/view.js';
import { axisOption, FONT, GRID } from './axes.js';
import type { Pixels, Scene } from './scene.js';
import type { Mark } from './walk.js';
import { whisker } from './whisker.js';

/** Pixels from the middle of a marker to its edge. */
const MARKER = 5;

export function plotOption(plot: Plot, scene: Scene): EChartsCoreOption {
  const lines = plot.lines.filter(({ style }) => !scene.hidden.has(style));
  return {
    animation: false,
    grid: GRID,
    xAxis: axisOption(plot.x, scene.paints, {}),
    yAxis: axisOption(plot.y, scene.paints, { lines: true }),
    series: [
      ...oversubscribedSeries(plot, scene),
      ...lines.map(line => intervalSeries(line, scene)),
      ...lines.flatMap(line => (line.curve.length === 0 ? [] : [curveSeries(line, scene)])),
      ...lines.map(line => pointSeries(line, plot, scene)),
    ],
  };
}

export function plotMarks({ lines }: Plot, hidden: ReadonlySet<number>, pixels: Pixels): Mark[] {
  return lines
    .filter(({ style }) => !hidden.has(style))
    .flatMap(({ points }, group) =>
      points.map(({ at: [x, y], text }) => {
        const [left, top] = pixels(x, y);
        const box = { x: left! - MARKER, y: top! - MARKER, width: 2 * MARKER, height: 2 * MARKER };
        return { group, ...box, round: true, text };
      }),
    );
}

function pointSeries(line: Line, plot: Plot, { styles, markers, paints }: Scene): LineSeriesOption {
  const { name, paint, marker, dash, hollow } = styles[line.style]!;
  const color = paints.of(paint);
  return {
    type: 'line',
    silent: true,
    clip: false,
    data: line.points.map(({ at }) => [...at]),
    symbol: `path://${markers[marker]}`,
    symbolSize: 2 * MARKER,
    showAllSymbol: true,
    itemStyle: {
      color: hollow ? paints.of('paper') : color,
      borderColor: color,
      borderWidth: hollow ? 2 : 0,
    },
    lineStyle: { color, width: line.joined ? 2 : 0, type: dash.length === 0 ? 'solid' : [...dash] },
    labelLayout: { moveOverlap: 'shiftY' },
    label: {
      ...FONT,
      show: line.named,
      formatter: name,
      color: paints.of('ink'),
      position: line.points.some(point => isRight(point, plot)) ? 'left' : 'right',
      distance: 8,
    },
  };
}

/** Whether a name would not fit to the right of a point. */
function isRight({ at: [x] }: Point, { x: { from, to } }: Plot): boolean {
  return (x - from) / (to - from) > 0.6;
}

function curveSeries(line: Line, { styles, paints }: Scene): LineSeriesOption {
  const { paint, dash } = styles[line.style]!;
  return {
    type: 'line',
    silent: true,
    data: line.curve.map(at => [...at]),
    showSymbol: false,
    lineStyle: { color: paints.of(paint), width: 2, type: dash.length === 0 ? 'solid' : [...dash] },
  };
}

function intervalSeries({ style, points }: Line, { styles, paints }: Scene): CustomSeriesOption {
  const stroke = paints.of(styles[style]!.paint);
  return {
    type: 'custom',
    silent: true,
    data: points.map(({ at }) => [...at]),
    renderItem: ({ dataIndex }, api) => {
      const { at, xInterval, yInterval } = points[dataIndex]!;
      const ends = (interval: Point['xInterval'], along: 0 | 1) =>
        (interval ?? []).map(end => api.coord(along === 0 ? [end, at[1]] : [at[0], end]));
      return {
        type: 'group',
        children: [...whisker(ends(xInterval, 0), 'x', stroke), ...whisker(ends(yInterval, 1), 'y', stroke)],
      };
    },
  };
}

/** A ground under the part of the axis where threads outnumber cores, and its name. */
function oversubscribedSeries({ oversubscribed, y }: Plot, { paints }: Scene): CustomSeriesOption[] {
  if (oversubscribed === null) return [];
  const [from, to] = oversubscribed;
  return [
    {
      type: 'custom',
      silent: true,
      z: -1,
      data: [[from, y.from]],
      renderItem: (_params, api) => {
        const [left, bottom] = api.coord([from, y.from]) as [number, number];
        const [right, top] = api.coord([to, y.to]) as [number, number];
        const style = {
          text: 'more threads than cores',
          fill: paints.of('muted'),
          align: 'right' as const,
          ...FONT,
        };
        return {
          type: 'group',
          children: [
            {
              type: 'rect',
              shape: { x: left, y: top, width: right - left, height: bottom - top },
              style: { fill: paints.of('shade') },
            },
            {
              type: 'text',
              x: right,
              y: top - 15,
              style,
            },
          ],
        };
      },
    },
  ];
}
