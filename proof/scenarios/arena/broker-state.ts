import { operation, type Scenario, type Specification } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { type SmallArena, smallArena } from './small-arena.js';

/** The broker's state, which its router, whoever closes it and whoever sees it die change at once. */

/** It only moves on; once the broker is closed or dead, it stays so. */
function state({ BrokerState }: CodeUnderTest): Specification {
  const specification: Specification<number> = {
    initial: BrokerState.STARTING,
    next(now, { name, arguments: parameters, result }) {
      if (name === 'state') return now === result ? [now] : [];
      const to = parameters[0] as number;
      const moves = to > now && now < BrokerState.CLOSED;
      return moves === result ? [moves ? to : now] : [];
    },
  };
  return specification as Specification;
}

function changing(code: CodeUnderTest, watchers: number): Scenario {
  const { CLOSED, DIED, RUNNING } = code.BrokerState;
  const set = (to: number) => (arena: SmallArena) => operation('setState', [to], () => arena.setState(to));
  const watch = (arena: SmallArena) => [1, 2].map(() => operation('state', [], () => arena.state));
  return forgetShared<SmallArena>({
    name: 'changing',
    setup: () => smallArena(code, 1),
    threads: {
      router: set(RUNNING),
      closer: set(CLOSED),
      owner: set(DIED),
      ...(watchers > 0 ? { watcher: watch } : {}),
    },
    linearizable: state(code),
  });
}

/** How many threads there are: the router counts, and everyone may look. */
function counting(code: CodeUnderTest): Scenario {
  const specification: Specification<number> = {
    initial: 1,
    next(count, { name, arguments: parameters, result }) {
      if (name === 'set') return [parameters[0] as number];
      return count === result ? [count] : [];
    },
  };
  return forgetShared<SmallArena>({
    name: 'counting',
    setup: () => smallArena(code, 1),
    threads: {
      router(arena) {
        for (const count of [2, 3]) {
          operation('set', [count], () => {
            arena.threads = count;
          });
        }
      },
      session: arena => [1, 2].map(() => operation('threads', [], () => arena.threads)),
    },
    linearizable: specification as Specification,
  });
}

export const brokerStateEntries: readonly ProofEntry[] = [
  {
    name: 'state/3-changes',
    shows:
      'a broker that is closed and dies at once is one of the two, and exactly one thread is told that it was first',
    make: code => changing(code, 0),
    search: {},
  },
  {
    name: 'state/3-changes-watched',
    shows: 'whoever watches sees it move on only',
    make: code => changing(code, 1),
    search: { preemptions: 2 },
    nightly: {},
  },
  {
    name: 'state/threads',
    shows: 'the number of threads is what the router set last',
    make: counting,
    search: {},
  },
];
