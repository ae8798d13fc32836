import type { MailboxMemory } from '../../../src/memory/mailbox.js';

/** Thrown instead of the access before which a thread stops. */
const STOPPED = new Error('This thread has stopped');

/**
 * Runs `body` with a view of `memory` that allows so many accesses by a writer, and stops it for ever before the next: as
 * dead as a thread that is terminated there. The explorer lets one thread of an execution die; this is for the others.
 */
export function stopsAfter(
  accesses: number,
  memory: MailboxMemory,
  body: (memory: MailboxMemory) => void,
): void {
  let left = accesses;
  const counted = (view: Int32Array): Int32Array =>
    new Proxy(view, {
      // Atomics asks for a property, too: the one by which the model finds the view behind its proxy.
      get(target, property) {
        if (typeof property === 'symbol' || isIndex(property)) count();
        return Reflect.get(target, property, target);
      },
      set(target, property, value) {
        count();
        return Reflect.set(target, property, value, target);
      },
    });
  const count = (): void => {
    if (left-- === 0) throw STOPPED;
  };
  const { control, stamps, words, capacity, writers } = memory;
  const limited = {
    control: counted(control),
    stamps: counted(stamps),
    words: counted(words),
    capacity,
    writers,
    bell: memory.bell,
    counters: memory.counters,
    slotAt: (slot: number) => memory.slotAt(slot),
  };
  try {
    body(limited as unknown as MailboxMemory);
  } catch (error) {
    if (error !== STOPPED) throw error;
  }
}

function isIndex(property: string): boolean {
  return Number.isInteger(Number(property));
}

/** Accesses of a MailboxWriter that sends its first frame, until it has done so much. */
export const Until = {
  /** It looked at HEAD and TAIL, and wrote the length of its claim. */
  MEASURED: 3,
  /** It noted its claim. */
  NOTED: 4,
  CLAIMED: 5,
  /** It wrote the frame's header. */
  COPYING: 7,
} as const;
