import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '#src/lab/duration.js';

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h', 3600],
  ['1h30m', 5400],
  ['1h2m3s', 3723],
  ['0s', 0],
])('%s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '10', 'm', '1.5h', '-1s', '1s1m', ' 1s', '1 m', '1d'])('%j is no duration', text => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0s'],
  [59.2, '1m'],
  [90, '1m30s'],
  [3600, '1h'],
  [3723, '1h2m3s'],
])('%d seconds are written as %s, rounded up', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
