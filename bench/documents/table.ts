import type { Cell } from '../../src/lab/cell.js';
import { compare, interval, type Measured } from '../../src/lab/report/measured.js';
import { significant, withInterval } from '../../src/lab/report/numbers.js';
import type { Interval } from '../../src/statistics/bootstrap.js';
import { DirectiveError } from './directive.js';
import { headingOf, type Metric, metricNamed } from './metrics.js';
import {
  type Field,
  fieldNamed,
  groupedBy,
  having,
  matching,
  namedValues,
  otherFields,
} from './selection.js';
import type { Language } from './words.js';

/** Stands behind a value for which more threads than cores wanted to run. */
export const OVERSUBSCRIBED = '\\*';
const NOTHING = '–';

/** What a table is to hold. */
interface Layout {
  readonly metrics: readonly Metric[];
  readonly rows: readonly Field[];
  /** Without it, the columns are the metrics. */
  readonly columns: Field | undefined;
  readonly cells: readonly Measured[];
}

/** `of=METRICS rows=FIELDS [columns=FIELD] [FIELD=VALUE …]`: medians, and the intervals that hold them. */
export function valuesTable(words: readonly string[], all: readonly Measured[], language: Language): string {
  const layout = layoutOf(namedValues(words), all);
  const made = table(layout, language, (measured, metric) => {
    const found = interval(measured, metric.of);
    return found === null ? NOTHING : marked(intervalText(found, metric.text), measured);
  });
  return layout.columns === undefined ? made : captioned(headingOf(layout.metrics[0]!, language), made);
}

const OVER = {
  en: (name: string, base: string) => `${name} over that of ${base}`,
  ko: (name: string, base: string) => `${base} 대비 ${name}`,
};

/**
 * `of=METRIC rows=FIELDS columns=FIELD to=FIELD:VALUE [FIELD=VALUE …]`: each cell over the one that has this value and is
 * the same otherwise, round by round. Bold if there is a verdict.
 */
export function ratiosTable(words: readonly string[], all: readonly Measured[], language: Language): string {
  const { to = '', ...rest } = namedValues(words);
  const [name, value] = to.split(/:(.*)/) as [string, string];
  const isBase = having(name, value);
  const base = all.find(isBase);
  if (base === undefined) throw new DirectiveError(`no cell has ${name}=${value}`);
  const layout = layoutOf(rest, all);
  const alike = groupedBy(all, otherFields(name));
  const cells = layout.cells.filter(measured => !isBase(measured));
  const made = table({ ...layout, cells }, language, (measured, metric) => {
    const counterpart = alike.find(group => group.includes(measured))!.find(isBase);
    const found = counterpart === undefined ? null : compare(measured, counterpart, metric);
    if (found === null) return NOTHING;
    const text = intervalText(found.ratio, significant);
    return marked(found.verdict === 'undecided' ? text : `**${text}**`, measured);
  });
  return captioned(
    OVER[language](layout.metrics[0]!.name[language], fieldNamed(name).label(base.cell)),
    made,
  );
}

function captioned(caption: string, made: string): string {
  return `*${caption}*\n\n${made}`;
}

function layoutOf(values: Readonly<Record<string, string>>, all: readonly Measured[]): Layout {
  const { of, rows, columns, ...filters } = values;
  if (of === undefined || rows === undefined) throw new DirectiveError('of= and rows= are needed');
  const metrics = of.split(',').map(metricNamed);
  if (metrics.length > 1 && columns !== undefined)
    throw new DirectiveError('with columns=, of= is one metric');
  return {
    metrics,
    rows: rows.split(',').map(fieldNamed),
    columns: columns === undefined ? undefined : fieldNamed(columns),
    cells: matching(all, filters),
  };
}

function table(
  { metrics, rows, columns, cells }: Layout,
  language: Language,
  textOf: (measured: Measured, metric: Metric) => string,
): string {
  const entry = (measured: Measured | undefined, metric: Metric) =>
    measured === undefined ? NOTHING : textOf(measured, metric);
  const made =
    columns === undefined
      ? metrics.map(metric => ({
          heading: headingOf(metric, language),
          entry: (row: readonly Measured[]) => entry(only(row), metric),
        }))
      : groupedBy(cells, [columns]).map(group => ({
          heading: columns.label(group[0]!.cell),
          entry: (row: readonly Measured[]) =>
            entry(only(row.filter(each => group.includes(each))), metrics[0]!),
        }));
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    line([...rows.map(({ heading }) => heading[language]), ...made.map(({ heading }) => heading)]),
    line([...rows.map(() => '---'), ...made.map(() => '--:')]),
    ...groupedBy(cells, rows).map(row =>
      line([...rows.map(({ label }) => label(row[0]!.cell)), ...made.map(column => column.entry(row))]),
    ),
  ].join('\n');
}

/** @throws DirectiveError if there are several */
function only(cells: readonly Measured[]): Measured | undefined {
  const [first, second] = cells;
  if (second === undefined) return first;
  const keys = Object.keys(first!.cell) as (keyof Cell)[];
  const differing = keys.filter(key => first!.cell[key] !== second.cell[key]);
  throw new DirectiveError(`several cells are meant: choose by ${differing.join(', ')}`);
}

/** With a dash, which is the same in every language. */
function intervalText(interval: Interval, text: (value: number) => string): string {
  return withInterval(interval, text).replace(' to ', '–');
}

function marked(text: string, { oversubscribed }: Measured): string {
  return oversubscribed ? `${text} ${OVERSUBSCRIBED}` : text;
}
