import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { SourceLine } from './scenario.js';

const HERE = new URL('./', import.meta.url).href;
const PLACE = /\(?((?:file:\/\/)?\/[^()\s]+|(?:file:\/\/\/)?[A-Za-z]:[^()\s]+):(\d+):(\d+)\)?$/;

/** The line of code, outside of the explorer, that is making an access now. */
export function callerLine(): SourceLine | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  for (const frame of stack.split('\n').slice(1)) {
    const place = PLACE.exec(frame.trim());
    if (place === null) continue;
    const url = place[1]!.startsWith('file:') ? place[1]! : `file://${place[1]!}`;
    if (!url.startsWith(HERE)) return original(fileURLToPath(url), Number(place[2]), Number(place[3]));
  }
  return undefined;
}

interface MappedFile {
  readonly lines: readonly string[];
  readonly map: SourceMap | undefined;
}

const files = new Map<string, MappedFile>();

/** The line in the source that was compiled to this one, if there is a source map beside it. */
function original(file: string, line: number, column: number): SourceLine {
  const { lines, map } = mapped(file);
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry !== undefined && 'originalSource' in entry && entry.originalSource !== undefined) {
    const source = fileURLToPath(new URL(entry.originalSource, `file://${file}`));
    if (existsSync(source)) return at(source, entry.originalLine + 1, mapped(source).lines);
  }
  return at(file, line, lines);
}

function at(file: string, line: number, lines: readonly string[]): SourceLine {
  return { file, line, text: (lines[line - 1] ?? '').trim() };
}

function mapped(file: string): MappedFile {
  let known = files.get(file);
  if (known === undefined) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const map = existsSync(`${file}.map`)
      ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload)
      : undefined;
    known = { lines, map };
    files.set(file, known);
  }
  return known;
}
