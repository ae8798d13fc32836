/**
 * Lines of a web server's access log in the common or the combined format
 * (https://httpd.apache.org/docs/2.4/logs.html#accesslog), and the routing keys that they get:
 * `<method>.<status class>.<first path segment>`, as in `GET.4xx.presentations`.
 */

/** host, identity, user (which may hold spaces), time, request, status, and whatever follows. */
const LINE = /^\S+ \S+ .{0,255}? ?\[[^\]]*\] "((?:[^"\\]|\\.)*)" (\S+)(?: |$)/;
const METHOD = /^[A-Za-z][A-Za-z_-]{0,31}$/;
const STATUS = /^[1-5]\d\d$/;
/** Where a field is missing or is none. */
const ABSENT = '-';
/** Status classes, in the order in which their bindings are shown. */
export const STATUS_CLASSES = ['5xx', '4xx', '3xx', '2xx', '1xx', ABSENT] as const;
/** Bytes of a routing key (AMQP 0-9-1, short string). */
const MAX_KEY_BYTES = 255;

export function isAccessLogLine(line: string): boolean {
  return LINE.test(line);
}

/**
 * The routing key of a line. Always the method, the status class and the segment, in this order, so that bindings
 * like `*.5xx.#` find it:
 *
 * - What is missing or malformed is `-`: `-.4xx.-` for a request that was no HTTP, `-.-.-` for a line that is none.
 * - The segment is taken as it is: percent signs are not decoded, and dots stay, so `/robots.txt` gives two more
 *   words instead of one (`GET.2xx.robots.txt`). That is why bindings end in `#`.
 * - What makes the key longer than 255 bytes is cut off, between two characters.
 */
export function accessLogKey(line: string): string {
  const match = LINE.exec(line);
  if (match === null) return `${ABSENT}.${ABSENT}.${ABSENT}`;
  const { method, target } = splitRequest(match[1]!);
  return shortened(`${method}.${statusClass(match[2]!)}.${firstSegment(target)}`);
}

/** The status class in a key of accessLogKey(). */
export function classOfKey(key: string): (typeof STATUS_CLASSES)[number] {
  return key.split('.', 2)[1] as (typeof STATUS_CLASSES)[number];
}

function statusClass(status: string): string {
  return STATUS.test(status) ? `${status[0]}xx` : ABSENT;
}

/** `GET /a b HTTP/1.1`: the target may hold spaces, and HTTP/0.9 has no version. */
function splitRequest(request: string): { method: string; target: string } {
  const space = request.indexOf(' ');
  const method = space < 0 ? request : request.slice(0, space);
  if (!METHOD.test(method)) return { method: ABSENT, target: '' };
  const target = space < 0 ? '' : request.slice(space + 1).replace(/ HTTP\/\S*$/, '');
  return { method, target };
}

/** The first segment of the path; `-` if it has none, as `/`, and `*` of OPTIONS, and `host:port` of CONNECT. */
function firstSegment(target: string): string {
  const path = target.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/, '').replace(/[?#].*$/s, '');
  if (!path.startsWith('/')) return ABSENT;
  return path.split('/').find(segment => segment !== '') ?? ABSENT;
}

/** The routing key of a line of any other file: `line.<first word>`, and `line.-` where there is none. */
export function lineKey(line: string): string {
  return shortened(`line.${/\S+/.exec(line)?.[0] ?? ABSENT}`);
}

/** The longest beginning of `key` that has at most 255 bytes in UTF-8. */
function shortened(key: string): string {
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  const bytes = Buffer.from(key);
  let end = MAX_KEY_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end--; // in the middle of a character
  return bytes.toString('utf8', 0, end);
}
