import { expect, test } from 'vitest';
import { accessLogKey, isAccessLogLine, lineKey } from '#src/comparison/access-log.js';

function line(request: string, status = '200', rest = ' 512 "-" "agent"'): string {
  return `192.0.2.1 - - [17/May/2015:10:05:03 +0000] "${request}" ${status}${rest}`;
}

test.each([
  ['GET /presentations/a/b.png HTTP/1.1', '404', 'GET.4xx.presentations'],
  ['GET / HTTP/1.1', '200', 'GET.2xx.-'],
  ['GET /?page=2 HTTP/1.1', '200', 'GET.2xx.-'],
  ['GET /search?q=a/b HTTP/1.1', '302', 'GET.3xx.search'],
  ['GET /a#b HTTP/1.1', '200', 'GET.2xx.a'],
  ['GET //double//slash HTTP/1.1', '200', 'GET.2xx.double'],
  ['GET /with space/x HTTP/1.1', '200', 'GET.2xx.with space'],
  ['GET /old', '200', 'GET.2xx.old'],
  ['GET http://example.org/proxied/x HTTP/1.1', '200', 'GET.2xx.proxied'],
  ['GET http://example.org HTTP/1.1', '200', 'GET.2xx.-'],
  ['CONNECT example.org:443 HTTP/1.1', '405', 'CONNECT.4xx.-'],
  ['OPTIONS * HTTP/1.1', '200', 'OPTIONS.2xx.-'],
  ['M-SEARCH /x HTTP/1.1', '200', 'M-SEARCH.2xx.x'],
  ['POST /upload HTTP/2.0', '503', 'POST.5xx.upload'],
  ['GET /early HTTP/1.1', '103', 'GET.1xx.early'],
  ['GET', '400', 'GET.4xx.-'],
])('the request %j with status %s gets the key %s', (request, status, key) => {
  expect(accessLogKey(line(request, status))).toBe(key);
});

test.each([
  ['dots stay: they make further words', '/robots.txt', 'GET.2xx.robots.txt'],
  ['percent signs are not decoded', '/a%2Fb%20c/d', 'GET.2xx.a%2Fb%20c'],
  ['other characters stay', '/Grüße/日本', 'GET.2xx.Grüße'],
  ['wildcards mean nothing in a key', '/*/#', 'GET.2xx.*'],
])('%s', (_, target, key) => {
  expect(accessLogKey(line(`GET ${target} HTTP/1.1`))).toBe(key);
});

test.each([
  ['no request', '-', '408', '-.4xx.-'],
  ['an empty request', '', '400', '-.4xx.-'],
  ['bytes that are no HTTP', '\\x16\\x03\\x01', '400', '-.4xx.-'],
  ['a method with a dot, which would move the status class', 'A.B /x HTTP/1.1', '200', '-.2xx.-'],
  ['escaped quotes', 'GET /say\\"hello\\" HTTP/1.1', '200', 'GET.2xx.say\\"hello\\"'],
  ['no status', 'GET /x HTTP/1.1', '-', 'GET.-.x'],
  ['a status that is none', 'GET /x HTTP/1.1', '999', 'GET.-.x'],
])('malformed: %s', (_, request, status, key) => {
  expect(accessLogKey(line(request, status))).toBe(key);
});

test.each([
  ['common format', '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /x HTTP/1.0" 200 5', 'GET.2xx.x'],
  ['no size', '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /x HTTP/1.0" 200', 'GET.2xx.x'],
  ['a user with a space', 'h - john doe [17/May/2015:10:05:03 +0000] "GET /x HTTP/1.0" 200 5', 'GET.2xx.x'],
  ['a user missing', 'h - [17/May/2015:10:05:03 +0000] "GET /x HTTP/1.0" 200 5', 'GET.2xx.x'],
  ['a line cut off', '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /x HT', '-.-.-'],
  ['an empty line', '', '-.-.-'],
  ['prose', 'It was a dark and stormy night', '-.-.-'],
])('%s', (_, text, key) => {
  expect(accessLogKey(text)).toBe(key);
  expect(isAccessLogLine(text)).toBe(key !== '-.-.-');
});

test.each([
  ['ASCII', 'x'.repeat(400)],
  ['two bytes a character', 'ü'.repeat(400)],
  ['four bytes a character', '𝄞'.repeat(400)],
])('a key is cut at 255 bytes, between two characters: %s', (_, segment) => {
  const key = accessLogKey(line(`GET /${segment}/x HTTP/1.1`));
  expect(Buffer.byteLength(key)).toBeGreaterThan(251);
  expect(Buffer.byteLength(key)).toBeLessThanOrEqual(255);
  expect(`GET.2xx.${segment}`.startsWith(key)).toBe(true);
});

test.each([
  ['hello world', 'line.hello'],
  ['  \tindented text', 'line.indented'],
  ['a.b c', 'line.a.b'],
  ['', 'line.-'],
  [' \t ', 'line.-'],
])('the line %j of another file gets the key %s', (text, key) => {
  expect(lineKey(text)).toBe(key);
});

test('a line of a million characters takes no longer than it must', () => {
  expect(accessLogKey(`${'a b '.repeat(250_000)}"`)).toBe('-.-.-');
  expect(accessLogKey(`h - - [t] "${'\\"'.repeat(500_000)}`)).toBe('-.-.-');
});
