import type { CustomSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import type { Bar, Dot, Row, Rows } from '../src/lab/report/view.js';
import { axisOption, FONT, GRID } from './axes.js';
import type { Pixels, Scene } from './scene.js';
import type { Mark } from './walk.js';
import { whisker } from './whisker.js';

/** Pixels. Where names stand above, bars have the lower part of their row. */
const LAYOUTS = {
  above: { row: 48, bar: 20, middle: 33, name: 5 },
  beside: { row: 22, bar: 14, middle: 11, name: 4 },
} as const;
const AXIS = 36;
const MARKER = 6;
/** Letters of a label take that many pixels, about. */
const LETTER = 7;

export function rowsHeight({ rows, names }: Rows): number {
  return rows.length * LAYOUTS[names].row + AXIS;
}

export function rowsOption(panel: Rows, scene: Scene): EChartsCoreOption {
  const { rows, names, x } = panel;
  const beside = names === 'beside';
  const from = rows.length;
  const ticks = beside ? rows.map((row, index) => [from - index - 0.5, row.name] as const) : [];
  const y = axisOption({ name: '', from: 0, to: from, ticks }, scene.paints, {});
  return {
    animation: false,
    grid: { ...GRID, right: 24 },
    xAxis: {
      ...axisOption(x, scene.paints, { lines: true, flush: !beside }),
      axisLine: { show: false },
      axisTick: { show: false, customValues: x.ticks.map(([at]) => at) },
    },
    yAxis: { ...y, axisTick: { show: false, customValues: ticks.map(([at]) => at) } },
    series: rows.map((row, index) => rowSeries(panel, row, index, scene)),
  };
}

export function rowsMarks({ rows, names }: Rows, pixels: Pixels): Mark[] {
  const { bar: height, middle } = LAYOUTS[names];
  return rows.flatMap(({ name, bars, dots, spans }, group) => {
    const place = (at: number) => {
      const [x, top] = pixels(at, rows.length - group);
      return [x!, top! + middle] as const;
    };
    const spanBars = (spans?.all ?? []).map(([from, to, text]) => ({
      from,
      to,
      text: [name, `${spans!.says} ${text}`],
    }));
    const barMarks = [...bars, ...spanBars].map(({ from, to, text }): Mark => {
      const [[left, y], [right]] = [place(from), place(to)];
      return { group, x: left, y: y - height / 2, width: right - left, height, round: false, text };
    });
    const dotMarks = dots.map(({ at, text }): Mark => {
      const [x, y] = place(at);
      const size = 2 * MARKER;
      return { group, x: x - MARKER, y: y - MARKER, width: size, height: size, round: true, text };
    });
    return [...barMarks, ...dotMarks];
  });
}

/** One row: its name, if that stands above, its bars, its dots. */
function rowSeries({ rows, names, x }: Rows, row: Row, index: number, scene: Scene): CustomSeriesOption {
  const { middle, name } = LAYOUTS[names];
  const top = rows.length - index;
  return {
    type: 'custom',
    silent: true,
    data: [[x.from, top]],
    renderItem: (_params, api) => {
      const place = (at: number) => {
        const [left, y] = api.coord([at, top]) as [number, number];
        return [left, y + middle] as const;
      };
      const [left, y] = place(x.from);
      const style = { ...FONT, text: row.name, fill: scene.paints.of('ink') };
      const title =
        names === 'above' ? [{ type: 'text' as const, x: left, y: y - middle + name, style }] : [];
      return {
        type: 'group',
        children: [
          ...title,
          ...spanElements(row, names, place, scene),
          ...row.bars.flatMap(bar => barElements(bar, names, place, scene)),
          ...row.dots.flatMap(dot => dotElements(dot, place, scene)),
        ],
      };
    },
  };
}

type Place = (at: number) => readonly [x: number, y: number];

function spanElements({ spans }: Row, names: Rows['names'], place: Place, { paints }: Scene) {
  if (spans === undefined) return [];
  const style = { fill: paints.of(spans.paint) };
  return spans.all.map(([from, to]) => barRect(place(from), place(to), LAYOUTS[names].bar, style));
}

/** What is there is seen, however short it is. */
function barRect(
  [left, y]: readonly [number, number],
  [right]: readonly [number, number],
  height: number,
  style: { fill: string },
) {
  const shape = { x: left, y: y - height / 2, width: Math.max(1, right - left), height };
  return { type: 'rect' as const, shape, style };
}

function barElements(bar: Bar, names: Rows['names'], place: Place, { paints, width: canvas }: Scene) {
  const { bar: height } = LAYOUTS[names];
  const [[left, y], [right]] = [place(bar.from), place(bar.to)];
  const rect = barRect(place(bar.from), place(bar.to), height, { fill: paints.of(bar.paint) });
  const ends = bar.interval?.map(at => place(at)) ?? [];
  const room = LETTER * bar.label.length;
  const inside = bar.labelAt === 'inside' || Math.max(right, ends[1]?.[0] ?? 0) + room > canvas;
  const labelled = bar.label !== '' && (!inside || right - left > room);
  const label = {
    type: 'text' as const,
    x:
      bar.labelAt === 'inside'
        ? (left + right) / 2
        : inside
          ? left + 6
          : Math.max(right, ends[1]?.[0] ?? 0) + 6,
    y,
    style: {
      ...FONT,
      text: bar.label,
      fill: inside ? paints.on(bar.paint) : paints.of('ink'),
      align: bar.labelAt === 'inside' ? ('center' as const) : ('left' as const),
      verticalAlign: 'middle' as const,
    },
  };
  return [
    rect,
    ...whisker(ends, 'x', paints.of('paper'), 4),
    ...whisker(ends, 'x', paints.of('ink')),
    ...(labelled ? [label] : []),
  ];
}

function dotElements({ at, interval, paint, marker, hollow }: Dot, place: Place, { paints, markers }: Scene) {
  const [x, y] = place(at);
  const color = paints.of(paint);
  return [
    ...whisker(interval?.map(end => place(end)) ?? [], 'x', color),
    {
      type: 'path' as const,
      shape: {
        pathData: markers[marker],
        x: x - MARKER,
        y: y - MARKER,
        width: 2 * MARKER,
        height: 2 * MARKER,
      },
      style: { fill: hollow ? paints.of('paper') : color, stroke: color, lineWidth: hollow ? 2 : 0 },
    },
  ];
}
