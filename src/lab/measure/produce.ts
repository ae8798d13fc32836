import { now } from '../../comparison/clock.js';
import type { Cell } from '../cell.js';
import type { Observer } from './observer.js';
import type { Outbox } from './outbox.js';
import { Phase, type Phases } from './phases.js';

/**
 * Milliseconds by which a sleep is shorter than the gap before the next message, because it ends late: by less than 0.12
 * after one millisecond, by 0.2 after ten, when the core has gone to sleep as well.
 */
const OVERSLEEP = 0.4;

/** Sends as fast as it can until the phase says stop. @returns messages sent */
export async function produceAtFullSpeed(cell: Cell, outbox: Outbox, observer: Observer): Promise<number> {
  const { batch } = cell;
  let sequence = 0;
  while (observer.phase !== Phase.STOP) {
    for (let left = batch; left > 0; left--) outbox.put(sequence++, 0);
    const sent = outbox.flush();
    if (sent !== undefined) await sent;
    observer.lookAfter(batch, sequence);
  }
  return sequence;
}

/**
 * Sends at a set rate. Each message has its time, whatever happened to those before it: a producer that was held up
 * catches up, and its messages say when they were to be sent. So the time in which nothing could be sent counts (no
 * coordinated omission).
 *
 * @param producer its number: the producers' times lie evenly between each other
 * @param spins true if every thread has a core: only then is the rest of a gap waited for by looking at the clock
 * @returns messages sent
 */
export async function produceAtRate(
  cell: Cell,
  producer: number,
  spins: boolean,
  phases: Phases,
  outbox: Outbox,
  observer: Observer,
): Promise<number> {
  const { batch, producers, rate } = cell;
  const gap = (1000 * producers) / rate!;
  const start = now() + (producer * gap) / producers;
  let sequence = 0;
  while (observer.look(sequence) !== Phase.STOP) {
    const early = start + sequence * gap - now();
    if (early > 0) {
      if (!spins) phases.sleep(observer.phase, early);
      else if (early > OVERSLEEP) phases.sleep(observer.phase, early - OVERSLEEP);
      continue;
    }
    const due = Math.min(batch, Math.floor(-early / gap) + 1);
    for (let left = due; left > 0; left--) {
      outbox.put(sequence, start + sequence * gap);
      sequence++;
    }
    const sent = outbox.flush();
    if (sent !== undefined) await sent;
  }
  return sequence;
}
