import { expect, test } from 'vitest';
import {
  ExploreError,
  InvalidScenarioError,
  InvalidScheduleError,
  NondeterministicThreadError,
  UnsupportedAccessError,
} from '#explore/errors.js';

test.each([
  [
    new NondeterministicThreadError('a', 7, 'load b0+8', 'store b0+8'),
    'NondeterministicThreadError',
    'ERR_EXPLORE_NONDETERMINISTIC',
  ],
  [new UnsupportedAccessError('no'), 'UnsupportedAccessError', 'ERR_EXPLORE_UNSUPPORTED'],
  [new InvalidScheduleError('0', 'no'), 'InvalidScheduleError', 'ERR_EXPLORE_SCHEDULE'],
  [new InvalidScenarioError('no'), 'InvalidScenarioError', 'ERR_EXPLORE_SCENARIO'],
])('%o has a name and a code', (error, name, code) => {
  expect(error).toBeInstanceOf(ExploreError);
  expect(error).toMatchObject({ name, code });
});

test('a thread that changed is told with both accesses', () => {
  const error = new NondeterministicThreadError('writer', 7, 'load b0+128', 'the end of the thread');
  expect(error).toMatchObject({ thread: 'writer', access: 7 });
  expect(error.message).toMatch(
    /^Thread 'writer' .* access number 7 changed: it was load b0\+128, now it is the end of the thread\./,
  );
});

test('a long schedule does not hide what is wrong with it', () => {
  const { message } = new InvalidScheduleError('0.1.'.repeat(1000), 'thread 1 does not exist');
  expect(message).toContain('thread 1 does not exist');
  expect(message.length).toBeLessThan(300);
});
