import type { Cell } from '../../src/lab/cell.js';
import {
  BATCH,
  BODY,
  DESIGN,
  type Dimension,
  RATE,
  RING,
  ROUTED,
  SHAPE,
  WAIT,
  WORK,
} from '../../src/lab/report/dimensions.js';
import type { Measured } from '../../src/lab/report/measured.js';
import { DirectiveError } from './directive.js';
import type { Words } from './words.js';

/** What cells can be chosen and told apart by. */
export interface Field extends Pick<Dimension, 'label' | 'order'> {
  readonly heading: Words;
  /** As a directive writes it. */
  value(cell: Cell): string;
}

const FIELDS: Readonly<Record<string, Field>> = {
  design: field(DESIGN, '설계', ({ design, lock }) => (lock === null ? design : `${design}:${lock}`)),
  threads: field(SHAPE, '프로듀서 → 컨슈머', ({ producers, consumers }) => `${producers}-${consumers}`),
  body: field(BODY, '메시지 크기', ({ body }) => `${body}`),
  batch: field(BATCH, '배치', ({ batch }) => `${batch}`),
  ring: field(RING, '링 크기', ({ ring }) => `${ring}`),
  work: field(WORK, '메시지당 작업', ({ work }) => `${work}`),
  rate: field(RATE, '요청한 초당 메시지 수', ({ rate }) => `${rate ?? 'full'}`),
  wait: field(WAIT, '대기 방식', ({ wait }) => wait),
  routed: field(ROUTED, '경로', ({ routed }) => `${routed}`),
};

function field({ name, label, order }: Dimension, korean: string, value: Field['value']): Field {
  return { heading: { en: name, ko: korean }, value, label, order };
}

/** @throws DirectiveError if there is none */
export function fieldNamed(name: string): Field {
  const field = FIELDS[name];
  if (field !== undefined) return field;
  throw new DirectiveError(`there is no field '${name}'; there are ${Object.keys(FIELDS).join(', ')}`);
}

/** All but this one. */
export function otherFields(name: string): Field[] {
  return Object.values(FIELDS).filter(field => field !== fieldNamed(name));
}

/** Values that cells must have, by field. `shared-locked` stands for all its locks, and a comma for "or". */
export type Filters = Readonly<Record<string, string>>;

/** `a=1 b=2` as `{ a: '1', b: '2' }`. */
export function namedValues(words: readonly string[]): Record<string, string> {
  const pairs = words.map(word => {
    const [name, value] = word.split('=', 2);
    if (value === undefined) throw new DirectiveError(`'${word}' is not NAME=VALUE`);
    return [name, value];
  });
  return Object.fromEntries(pairs);
}

/** @throws DirectiveError if no cell has these values */
export function matching(all: readonly Measured[], filters: Filters): Measured[] {
  const conditions = Object.entries(filters).map(([name, values]) => having(name, values));
  const found = all.filter(measured => conditions.every(condition => condition(measured)));
  if (found.length > 0) return found;
  throw new DirectiveError(`no cell has ${JSON.stringify(filters)}`);
}

/** Whether a cell has one of these values. */
export function having(name: string, values: string): (measured: Measured) => boolean {
  const { value } = fieldNamed(name);
  return ({ cell }) =>
    values.split(',').some(one => value(cell) === one || value(cell).startsWith(`${one}:`));
}

/** Those that agree in all of these fields, group by group, in the order of the fields. */
export function groupedBy(all: readonly Measured[], fields: readonly Field[]): Measured[][] {
  const compare = (a: Measured, b: Measured) =>
    fields.reduce((found, { order }) => found || order(a.cell) - order(b.cell), 0);
  const groups = new Map<string, Measured[]>();
  for (const measured of [...all].sort(compare)) {
    const key = fields.map(({ value }) => value(measured.cell)).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), measured]);
  }
  return [...groups.values()];
}
