import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidScheduleError } from '#explore/errors.js';
import { decodeSchedule, encodeSchedule } from '#explore/schedule.js';

test.each([
  ['', { threads: [] }],
  ['0', { threads: [0] }],
  ['0x4.1x2.0', { threads: [0, 0, 0, 0, 1, 1, 0] }],
  ['0x2.12!1@7', { threads: [0, 0, 12], death: { thread: 1, access: 7 } }],
  ['!0@0', { threads: [], death: { thread: 0, access: 0 } }],
])('%o', (text, schedule) => {
  expect(encodeSchedule(schedule)).toBe(text);
  expect(decodeSchedule(text)).toEqual(schedule);
});

test('runs need not be joined', () => {
  expect(decodeSchedule('0.0x2.0x1')).toEqual({ threads: [0, 0, 0, 0] });
});

test('every schedule comes back as it was', () => {
  const number = fc.nat(40);
  const schedule = fc.record(
    { threads: fc.array(fc.nat(3)), death: fc.record({ thread: number, access: number }) },
    { requiredKeys: ['threads'] },
  );
  fc.assert(
    fc.property(schedule, given => {
      expect(decodeSchedule(encodeSchedule(given))).toEqual(given);
    }),
  );
});

test.each([
  ['x', "'x' is neither a thread"],
  ['0x', "'0x' is neither a thread"],
  ['0x0', "'0x0' is neither a thread"],
  ['0..1', "'' is neither a thread"],
  ['0.', "'' is neither a thread"],
  ['-1', "'-1' is neither a thread"],
  ['0 1', "'0 1' is neither a thread"],
  ['1.5e3', "'5e3' is neither a thread"],
  ['0x999999999', "with '0x999999999' it has more than 1000000 steps"],
  ['0!', "'!' does not say which thread dies"],
  ['0!1', "'!1' does not say which thread dies"],
  ['0!1@', "'!1@' does not say which thread dies"],
  ['0!1@2!0@1', "'!1@2!0@1' does not say which thread dies"],
])('%o is no schedule', (text, problem) => {
  expect(() => decodeSchedule(text)).toThrow(InvalidScheduleError);
  expect(() => decodeSchedule(text)).toThrow(`The schedule '${text}' cannot be replayed: ${problem}`);
});
