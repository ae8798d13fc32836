import type { Scenario, SearchOptions } from '../../../explore/index.js';
import type { MailboxMemory } from '../../../src/memory/mailbox.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';

/** A scenario about one mailbox in a buffer of its own, which its threads share. */
export interface MailboxProgram extends Omit<Scenario<MailboxMemory>, 'name' | 'setup'> {
  /**
   * Words of the ring (default 64). The code takes 64 and more; nothing in it depends on that, so a ring of two blocks
   * (16) is full after two frames.
   */
  capacity?: number;
  /** Position of the first frame (default 0). */
  start?: number;
  /** Writer slots (default 1). The writer of slot s is thread s + 1. */
  writers?: number;
  /** Done before the threads begin. */
  prepare?(memory: MailboxMemory): void;
}

interface Searches {
  search?: SearchOptions;
  nightly?: SearchOptions;
}

/** The entry for such a scenario. The search is exhaustive unless something else is given. */
export function mailboxEntry(
  name: string,
  shows: string,
  program: (code: CodeUnderTest) => MailboxProgram,
  { search = {}, nightly }: Searches = {},
): ProofEntry {
  return {
    name,
    shows,
    search,
    ...(nightly === undefined ? {} : { nightly }),
    make(code) {
      const { capacity = 64, start = 0, writers = 1, prepare, ...rest } = program(code);
      const scenario: Scenario<MailboxMemory> = {
        ...rest,
        name,
        setup() {
          const buffer = code.MailboxMemory.standalone(capacity, writers, start);
          const memory = code.MailboxMemory.attach(buffer, 0);
          for (let slot = 0; slot < writers; slot++) memory.attachWriter(slot + 1);
          prepare?.(memory);
          return memory;
        },
      };
      return scenario as Scenario;
    },
  };
}
