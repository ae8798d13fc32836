import {
  joinThread,
  operation,
  reachable,
  type Scenario,
  type Specification,
} from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { expectEqual, type SmallArena, smallArena } from './small-arena.js';

/**
 * The flag that holds publishers while too much waits in the queues: MemoryAlarm on the router's side, and
 * Outgoing.awaitAlarmBlocking() on theirs.
 */

/** Thread id of whoever writes through slot 0. */
const PUBLISHER = 7;

function arenaOf(code: CodeUnderTest): SmallArena {
  const arena = smallArena(code, 1, 2);
  arena.inbox.attachWriter(PUBLISHER);
  arena.inbox.attachWriter(PUBLISHER + 1);
  return arena;
}

/** The bytes that messages take at each pass of the router's loop, between the marks 1 and 2 and beyond them. */
function look(code: CodeUnderTest, arena: SmallArena, passes: readonly number[]): boolean[] {
  let used = 0;
  const told: boolean[] = [];
  const alarm = new code.MemoryAlarm(
    arena,
    2,
    1,
    () => used,
    on => told.push(on),
  );
  for (const bytes of passes) {
    used = bytes;
    operation('pass', [bytes], () => alarm.look());
  }
  return told;
}

/** A publisher that blocks before it publishes: Publisher.#waitForAlarm(). */
function publisher(code: CodeUnderTest, slot: number) {
  return (arena: SmallArena): string => {
    const outgoing = new code.Outgoing(arena, slot);
    return operation('publish', [], () => {
      if (outgoing.held) reachable('held');
      try {
        outgoing.awaitAlarmBlocking();
        return 'published';
      } catch (error) {
        return (error as Error).name;
      }
    });
  };
}

/** On above 2, off from 1 down; publishers go on at a moment at which it is off. */
const alarm: Specification<boolean> = {
  initial: false,
  next(on, { name, arguments: parameters }) {
    if (name === 'publish') return on ? [] : [on];
    const bytes = parameters[0] as number;
    return [on ? bytes > 1 : bytes > 2];
  },
};

/** The alarm goes on and off, and publishers come at any time. */
function passing(code: CodeUnderTest, passes: readonly number[], publishers: number): Scenario {
  const threads = Array.from({ length: publishers }, (_, i) => [`publisher ${i + 1}`, publisher(code, i)]);
  return forgetShared<SmallArena>({
    name: 'passing',
    setup: () => arenaOf(code),
    threads: { router: arena => look(code, arena, passes), ...Object.fromEntries(threads) },
    linearizable: alarm as Specification,
    reachable: ['held'],
    check({ shared: arena, results }) {
      expectEqual((results['router'] as boolean[]).join(), 'true,false', 'what the sessions were told');
      expectEqual(arena.memoryAlarm, false, 'the alarm at the end');
    },
  });
}

/** The broker is closed while publishers are held. The router's part is the end of Router.run() and Router.close(). */
function closing(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'closing',
    setup: () => arenaOf(code),
    threads: {
      router(arena) {
        const inbox = new code.MailboxReader(arena.inbox);
        look(code, arena, [3]);
        while (!inbox.ended);
        arena.memoryAlarm = false;
      },
      // Broker.close()
      closer(arena) {
        if (arena.setState(code.BrokerState.CLOSED)) arena.inbox.close();
      },
      'publisher 1': publisher(code, 0),
      'publisher 2': publisher(code, 1),
    },
    reachable: ['held'],
  });
}

/** The router dies, with the alarm on or off; whoever started it ends the broker. */
function dyingRouter(code: CodeUnderTest): Scenario {
  return forgetShared<SmallArena>({
    name: 'dying router',
    setup: () => arenaOf(code),
    threads: {
      router: arena => look(code, arena, [3, 1, 3]),
      // Broker.#watch()
      owner(arena) {
        joinThread('router');
        code.endBroker(arena);
      },
      'publisher 1': publisher(code, 0),
      'publisher 2': publisher(code, 1),
    },
    mayDie: ['router'],
    reachable: ['held'],
    check({ shared: arena }) {
      expectEqual(arena.memoryAlarm, false, 'the alarm at the end');
      expectEqual(arena.died, true, 'died');
    },
  });
}

/** Nobody polls: a loop that does not sleep counts as one that does not end. */
const NO_POLLING = { rounds: 100, steps: 300 };

export const memoryAlarmEntries: readonly ProofEntry[] = [
  {
    name: 'alarm/1-publisher',
    shows: 'a publisher goes on when the alarm is off, not before, and is woken when it goes off',
    make: code => passing(code, [3, 2, 1], 1),
    search: NO_POLLING,
  },
  {
    name: 'alarm/2-publishers',
    shows: 'one end of the alarm wakes all who are held',
    make: code => passing(code, [3, 1], 2),
    search: NO_POLLING,
  },
  {
    name: 'alarm/closed',
    shows: 'publishers that are held, or about to be, go on when the broker is closed',
    make: closing,
    search: {},
  },
  {
    name: 'alarm/router-dies',
    shows: 'a router that dies at any step of a change leaves no publisher held',
    make: dyingRouter,
    search: NO_POLLING,
  },
];
