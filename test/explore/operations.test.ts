import { describe, expect, it } from 'vitest';
import { explore, fifoQueue, type Operation, operation, register } from '#explore/index.js';
import { scenarioOf } from './scenario-of.js';

const TAIL = 0;
const FIRST = 1;

const enqueue = (value: number) => (words: Int32Array) =>
  operation('enqueue', [value], () => {
    Atomics.store(words, FIRST + Atomics.add(words, TAIL, 1), value);
    return true;
  });

/** Takes the first value that it sees, wherever it stands: no queue. */
const takeAny = (words: Int32Array) =>
  operation('dequeue', [], () => {
    for (const slot of [FIRST, FIRST + 1]) {
      const value = Atomics.exchange(words, slot, 0);
      if (value !== 0) return value;
    }
    return undefined;
  });

describe('calls through operation()', () => {
  it('that no order explains are found: a queue that is none', () => {
    const scenario = scenarioOf(
      { first: enqueue(1), second: enqueue(2), reader: words => [takeAny(words), takeAny(words)] },
      { linearizable: fifoQueue({ emptyWhileEnqueueing: true }) },
    );
    const { violation } = explore(scenario);
    expect(violation?.kind).toBe('not-linearizable');
    expect(violation?.history.map(call => call.name).sort()).toEqual([
      'dequeue',
      'dequeue',
      'enqueue',
      'enqueue',
    ]);
    const kinds = violation!.steps.map(step => step.kind);
    for (const call of violation!.history) {
      expect(kinds[call.invoked]).toBe('invoke');
      expect(kinds[call.returned]).toBe('return');
    }
  });

  it('that an order explains are not', () => {
    const scenario = scenarioOf(
      {
        writer: words => operation('write', [1], () => Atomics.store(words, 0, 1)),
        reader: words => [1, 2].map(() => operation('read', [], () => Atomics.load(words, 0))),
      },
      { linearizable: register(0) },
    );
    expect(explore(scenario)).toMatchObject({ complete: true });
    expect(explore(scenario).violation).toBeUndefined();
  });
});

describe('invoke and return', () => {
  /** A read that gives what was read at the end of the call before: wrong only if a write lies between the calls. */
  const stale = (words: Int32Array) => {
    let kept = 0;
    const read = () => {
      const answer = kept;
      kept = Atomics.load(words, 0);
      return answer;
    };
    return [1, 2].map(() => operation('read', [], read));
  };
  const write = (words: Int32Array) => operation('write', [5], () => Atomics.store(words, 0, 5));

  it('are steps: a write that returned before the read was invoked must be seen', () => {
    const scenario = scenarioOf({ write, stale }, { linearizable: register(0) });
    const { violation } = explore(scenario);
    expect(violation?.kind).toBe('not-linearizable');
    const [written, read] = ['write', 'read'].map(
      name => violation!.history.findLast(call => call.name === name)!,
    );
    expect(written!.returned).toBeLessThan(read!.invoked);
  });

  it('are none where nothing looks at their order', () => {
    const { steps, executions } = explore(scenarioOf({ write }));
    expect({ steps, executions }).toEqual({ steps: 1, executions: 1 });
  });
});

describe('the history that check() sees', () => {
  it('has each call with its thread, arguments and result', () => {
    const histories: (readonly Operation[])[] = [];
    explore(scenarioOf({ writer: enqueue(7) }, { check: ({ history }) => void histories.push(history) }));
    expect(histories).toMatchObject([[{ thread: 'writer', name: 'enqueue', arguments: [7], result: true }]]);
  });

  it('has a call that a death cut off, which never returned', () => {
    const returned = new Set<number>();
    const scenario = scenarioOf(
      { writer: enqueue(7) },
      {
        mayDie: ['writer'],
        linearizable: fifoQueue(),
        check: ({ history }) => {
          for (const call of history) returned.add(call.returned);
        },
      },
    );
    expect(explore(scenario).violation).toBeUndefined();
    expect(returned).toContain(Number.POSITIVE_INFINITY);
    expect(returned.size).toBeGreaterThan(1);
  });
});
