import { integer } from '../../comparison/table.js';
import { type Cell, DESIGNS, designLabel, LOCKS, threadsOf, WAITS } from '../cell.js';
import { bytes, counted, duration, rate } from './numbers.js';

/** Something in which cells differ. */
export interface Dimension {
  readonly name: string;
  /** On an axis, in a table. Two cells are the same here if their labels are. */
  label(cell: Cell): string;
  /** In a sentence, where "with" may stand before it. */
  words(cell: Cell): string;
  /** Cells are sorted by it. */
  order(cell: Cell): number;
}

export const SHAPE: Dimension = {
  name: 'producers → consumers',
  label: ({ producers, consumers }) => `${producers} → ${consumers}`,
  words: ({ producers, consumers }) =>
    `${counted(producers, 'producer')} and ${counted(consumers, 'consumer')}`,
  order: cell => threadsOf(cell) * 1000 + cell.producers,
};

export const BODY: Dimension = {
  name: 'message size',
  label: ({ body }) => bytes(body),
  words: ({ body }) => `messages of ${bytes(body)}`,
  order: ({ body }) => body,
};

export const BATCH: Dimension = {
  name: 'messages at once, at most',
  label: ({ batch }) => `batch ${integer(batch)}`,
  words: ({ batch }) => (batch === 1 ? 'one message at a time' : `batches of up to ${integer(batch)}`),
  order: ({ batch }) => batch,
};

export const RING: Dimension = {
  name: 'ring',
  label: ({ ring }) => bytes(ring),
  words: ({ ring }) => `rings of ${bytes(ring)}`,
  order: ({ ring }) => ring,
};

export const WORK: Dimension = {
  name: 'work per message',
  label: ({ work }) => (work === 0 ? 'none' : duration(work / 1000)),
  words: ({ work }) => (work === 0 ? 'no work per message' : `${duration(work / 1000)} of work per message`),
  order: ({ work }) => work,
};

export const RATE: Dimension = {
  name: 'messages a second, asked for',
  label: cell => (cell.rate === null ? 'full speed' : rate(cell.rate)),
  words: cell => (cell.rate === null ? 'full speed' : `${rate(cell.rate)} asked for`),
  order: cell => cell.rate ?? Number.POSITIVE_INFINITY,
};

export const ROUTED: Dimension = {
  name: 'way',
  label: ({ routed }) => (routed ? 'routed' : 'queue only'),
  words: ({ routed }) => (routed ? 'a router between them' : 'the queue alone'),
  order: ({ routed }) => Number(routed),
};

export const WAIT: Dimension = {
  name: 'waiting',
  label: ({ wait }) => WAIT_NAMES[wait],
  words: ({ wait }) => `consumers that wait by ${WAIT_NAMES[wait]}`,
  order: ({ wait }) => WAITS.indexOf(wait),
};

const WAIT_NAMES: Readonly<Record<Cell['wait'], string>> = {
  block: 'blocking',
  'event-loop': 'event loop',
  poll: 'polling',
  pull: 'pulling',
  spin: 'spinning',
};

export const DESIGN: Dimension = {
  name: 'design',
  label: designLabel,
  words: designLabel,
  order: ({ design, lock }) =>
    DESIGNS.indexOf(design) * LOCKS.length + (lock === null ? 0 : LOCKS.indexOf(lock)),
};
