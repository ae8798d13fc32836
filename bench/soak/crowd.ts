import { Worker } from 'node:worker_threads';
import { type Board, Doom } from './board.js';
import { EXIT_CODE, ON_PURPOSE, type ParticipantData } from './participant.js';
import { below, type Random } from './random.js';

export const ENDINGS = ['terminate', 'exit', 'throw', 'close'] as const;
/** How a thread ends. `close` is in order; the others are not. */
export type Ending = (typeof ENDINGS)[number];

const DOOMS = { exit: Doom.EXIT, throw: Doom.THROW, close: Doom.CLOSE } as const;
/** Of terminate() none is certain: a thread that had not begun ends with 0. */
const EXIT_CODES = { terminate: undefined, exit: EXIT_CODE, throw: 1, close: 0 };

/** One thread of the run. */
export interface Member {
  readonly worker: Worker;
  readonly place: number;
  readonly thread: number;
  /** True once it has all its queues and consumers. */
  started: boolean;
  ending: Ending | undefined;
  /** When its exit event came; 0 before. */
  exitedAt: number;
  readonly exited: Promise<void>;
}

/** The publishers and consumers. Each one that ends is replaced at once. */
export class Crowd {
  /** By place: publishers first. */
  readonly members: Member[] = [];
  readonly #handle: SharedArrayBuffer;
  readonly #board: Board;
  readonly #random: Random;
  readonly #publishers: number;
  readonly #fault: (text: string) => void;
  #threads = 0;

  constructor(
    handle: SharedArrayBuffer,
    board: Board,
    random: Random,
    sizes: { publishers: number; consumers: number },
    fault: (text: string) => void,
  ) {
    this.#handle = handle;
    this.#board = board;
    this.#random = random;
    this.#publishers = sizes.publishers;
    this.#fault = fault;
    for (let place = 0; place < sizes.publishers + sizes.consumers; place++) this.#start(place);
  }

  #start(place: number): void {
    const thread = this.#threads++;
    const role = place < this.#publishers ? 'publisher' : 'consumer';
    const workerData: ParticipantData = {
      handle: this.#handle,
      board: this.#board.memory,
      place,
      thread,
      seed: below(this.#random, 0x7fffffff),
    };
    const worker = new Worker(new URL(`./${role}.js`, import.meta.url), {
      workerData,
      name: `${role} ${thread}`,
    });
    const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
    const member: Member = {
      worker,
      place,
      thread,
      started: false,
      ending: undefined,
      exitedAt: 0,
      exited,
    };
    worker.on('message', () => {
      member.started = true;
    });
    worker.on('error', error => {
      if (error.message === ON_PURPOSE && member.ending === 'throw') return;
      this.#fault(`${role} ${thread} (${member.ending}) threw ${error.stack}`);
    });
    worker.on('exit', code => {
      member.exitedAt = performance.now();
      this.#board.vacate(place);
      const { stopped } = this.#board;
      const ending = member.ending ?? (stopped ? 'close' : undefined);
      const expected = ending === undefined ? undefined : EXIT_CODES[ending];
      if (ending === undefined || (expected !== undefined && code !== expected)) {
        this.#fault(`${role} ${thread} ended with ${code}; it was to ${ending ?? 'go on'}`);
      }
      if (!stopped) this.#start(place);
    });
    this.members[place] = member;
  }

  /** Has a thread end, and resolves when it has. */
  async end(member: Member, ending: Ending): Promise<void> {
    member.ending = ending;
    if (ending === 'terminate') await member.worker.terminate();
    else this.#board.doom(member.place, DOOMS[ending]);
    await member.exited;
  }
}
