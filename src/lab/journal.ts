import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { z } from 'zod';
import { InvalidArgumentError } from '../errors.js';
import { runSchema } from './results.js';

const doneSchema = z.strictObject({
  seconds: z.number().min(0).describe('that the run took, its process included'),
  run: runSchema,
});
/** A line: that the lab was begun or continued, or a run that is done. */
const lineSchema = z.union([z.strictObject({ started: z.iso.datetime() }), doneSchema]);

export type DoneRun = z.infer<typeof doneSchema>;

/** What a lab did before it was interrupted. */
export interface Past {
  readonly starts: readonly string[];
  readonly done: readonly DoneRun[];
}

/** `runs.jsonl`: each run is on disk as soon as it is done. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  append(line: z.infer<typeof lineSchema>): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  /**
   * All that was written. A last line that the end of the process cut off is taken away.
   *
   * @param onTorn is called if there was one
   * @throws InvalidArgumentError for any other line that cannot be read
   */
  read(onTorn: () => void): Past {
    const bytes = existsSync(this.#path) ? readFileSync(this.#path) : Buffer.alloc(0);
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) {
      truncateSync(this.#path, whole);
      onTorn();
    }
    const starts: string[] = [];
    const done: DoneRun[] = [];
    const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
    for (const [index, text] of lines.entries()) {
      const line = this.#parse(text, index + 1);
      if ('run' in line) done.push(line);
      else starts.push(line.started);
    }
    return { starts, done };
  }

  #parse(text: string, number: number): z.infer<typeof lineSchema> {
    try {
      return lineSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new InvalidArgumentError(
        `Line ${number} of '${this.#path}' is no run of the lab. Delete the line, and the lab does that run again.`,
        { cause },
      );
    }
  }
}
