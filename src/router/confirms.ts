import { NO_ROOM } from '../memory/record-queue.js';
import { CONFIRM_BYTES, HEADER_INT32S, REFUSED_FLAG, RecordType } from '../records/record.js';
import type { Outlet } from './outlet.js';

/** Words of a CONFIRM record. */
const WORDS = (HEADER_INT32S + CONFIRM_BYTES / 4) >>> 1;

/**
 * The confirms of one session (RabbitMQ, "Publisher Confirms"). Its publishes that ask for one are counted on both
 * sides, so one record confirms all up to a number: a confirm costs a part of a record, and not a record.
 */
export class Confirms {
  /** Number of the last publish that asked for a confirm. */
  #published = 0;
  /** Up to where the session was told. */
  #told = 0;
  /** Pairs {first, last} of refused publishes that the session was not told of. */
  #refused: number[] = [];
  readonly #outlet: Outlet;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** One more publish that asks for a confirm was handled. */
  count(accepted: boolean): void {
    const number = (this.#published + 1) | 0;
    this.#published = number;
    if (accepted) return;
    const refused = this.#refused;
    if (refused.length > 0 && refused[refused.length - 1] === ((number - 1) | 0))
      refused[refused.length - 1] = number;
    else refused.push(number, number);
  }

  /** Tells the session what is new; false if its ring has no room: again when it has. */
  write(): boolean {
    while (this.#refused.length > 0) {
      if (!this.#write(this.#refused[0]!, this.#refused[1]!, REFUSED_FLAG)) return false;
      this.#refused.splice(0, 2);
    }
    if (this.#told === this.#published) return true;
    if (!this.#write((this.#told + 1) | 0, this.#published, 0)) return false;
    this.#told = this.#published;
    return true;
  }

  #write(first: number, last: number, flag: number): boolean {
    const at = this.#outlet.reserve(WORDS);
    if (at === NO_ROOM) return false;
    const { words } = this.#outlet.writer;
    words[at] = CONFIRM_BYTES;
    words[at + 1] = RecordType.CONFIRM | flag;
    words[at + 2] = first;
    words[at + 3] = last;
    return true;
  }
}
