import { accessLogKey, classOfKey, isAccessLogLine, lineKey, STATUS_CLASSES } from './access-log.js';
import type { Work, WorkBinding } from './work.js';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Lines by which a file is recognised: it is an access log if more than half of these are lines of one. */
const LOOK_AT = 100;
/** Classes whose bindings exist even if no line has them. */
const ALWAYS = 4;

/**
 * The lines of a file as messages, the whole of it `repeat` times. The content of a message is the line's bytes,
 * whatever they are, without the line feed, or carriage return and line feed, that ends it; the last line needs
 * none. An empty line is a message without content.
 *
 * @param file not empty
 */
export function lineWork(file: Uint8Array, repeat: number): Work {
  const bytes = new Uint8Array(new SharedArrayBuffer(file.length));
  bytes.set(file);
  const { starts, lengths } = splitLines(file);
  const text = (line: number) => decode(file, starts[line]!, lengths[line]!);
  const accessLog = looksLikeAccessLog(starts.length, text);

  const keys: string[] = [];
  const indices = new Map<string, number>();
  const keyOf = shared(starts.length);
  for (let line = 0; line < starts.length; line++) {
    const key = accessLog ? accessLogKey(text(line)) : lineKey(text(line));
    let index = indices.get(key);
    if (index === undefined) {
      index = keys.push(key) - 1;
      indices.set(key, index);
    }
    keyOf[line] = index;
  }
  return {
    kind: accessLog ? 'access-log' : 'lines',
    messages: starts.length * repeat,
    bytes,
    starts,
    lengths,
    keyOf,
    keys,
    ...(accessLog ? accessLogBindings(keys) : lineBindings(keys)),
    changing: false,
  };
}

type Bound = Pick<Work, 'bindings' | 'bindingOfKey' | 'queues'>;

/** A queue for each status class: 5xx, 4xx, 3xx, 2xx, and the others if there are such lines. */
function accessLogBindings(keys: readonly string[]): Bound {
  const present = new Set(keys.map(classOfKey));
  const classes = STATUS_CLASSES.filter((name, index) => index < ALWAYS || present.has(name));
  return {
    bindings: classes.map((name, queue): WorkBinding => ({ pattern: `*.${name}.#`, queue })),
    bindingOfKey: Int32Array.from(keys, key => classes.indexOf(classOfKey(key))),
    queues: classes.map(name => `status ${name}`),
  };
}

function lineBindings(keys: readonly string[]): Bound {
  return {
    bindings: [{ pattern: 'line.#', queue: 0 }],
    bindingOfKey: new Int32Array(keys.length),
    queues: ['lines'],
  };
}

function looksLikeAccessLog(lines: number, text: (line: number) => string): boolean {
  const looked = Math.min(lines, LOOK_AT);
  let found = 0;
  for (let line = 0; line < looked; line++) if (isAccessLogLine(text(line))) found++;
  return found * 2 > looked;
}

/** Where each line begins, and its length without its end. */
export function splitLines(file: Uint8Array): { starts: Int32Array; lengths: Int32Array } {
  let count = 0;
  for (let at = 0; at < file.length; at++) if (file[at] === LINE_FEED) count++;
  if (file.at(-1) !== LINE_FEED) count++;
  const starts = shared(count);
  const lengths = shared(count);
  let start = 0;
  for (let line = 0; line < count; line++) {
    const found = file.indexOf(LINE_FEED, start);
    const next = found < 0 ? file.length : found;
    const end = found > start && file[found - 1] === CARRIAGE_RETURN ? found - 1 : next;
    starts[line] = start;
    lengths[line] = end - start;
    start = next + 1;
  }
  return { starts, lengths };
}

function shared(int32s: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(int32s * 4));
}

/** Bytes that keys are made of; what is longer is no access log, and no word. */
const DECODED_BYTES = 8192;

function decode(file: Uint8Array, start: number, length: number): string {
  const view = Buffer.from(file.buffer, file.byteOffset + start, Math.min(length, DECODED_BYTES));
  return view.toString('utf8');
}
