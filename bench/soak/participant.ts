import { parentPort, workerData } from 'node:worker_threads';
import { connect, type Session } from '../../src/index.js';
import { Board, type BoardMemory, Doom } from './board.js';
import { below, type Random, seeded } from './random.js';

/** What the main thread gives a publisher or a consumer. */
export interface ParticipantData {
  handle: SharedArrayBuffer;
  board: BoardMemory;
  /** Its place among the threads, which the next one takes over. */
  place: number;
  /** Its own number, which no other thread of the run has. */
  thread: number;
  seed: number;
}

/** What the error says that a thread throws on purpose. */
export const ON_PURPOSE = 'on purpose';
export const EXIT_CODE = 7;
/** Steps that a doomed thread takes at most before it ends, so that it ends anywhere. */
const MOST_STEPS = 300;

/** This thread, as one of the run. */
export class Participant {
  readonly session: Session;
  readonly board: Board;
  readonly thread: number;
  readonly place: number;
  readonly random: Random;
  #stepsLeft: number;

  constructor() {
    const { handle, board, place, thread, seed } = workerData as ParticipantData;
    this.session = connect(handle);
    this.board = new Board(board);
    this.place = place;
    this.thread = thread;
    this.random = seeded(seed);
    this.#stepsLeft = below(this.random, MOST_STEPS);
  }

  started(): void {
    parentPort!.postMessage('started');
  }

  /** Ends the thread here if it is doomed to end, and this is the step. */
  step(): void {
    const doom = this.board.doomOf(this.place);
    if (doom === Doom.NONE || doom === Doom.CLOSE || --this.#stepsLeft > 0) return;
    if (doom === Doom.EXIT) process.exit(EXIT_CODE);
    throw new Error(ON_PURPOSE);
  }

  /** True if the thread is to close its session and end. */
  get leaves(): boolean {
    return this.board.stopped || this.board.doomOf(this.place) === Doom.CLOSE;
  }
}

/** Ends the thread with `error`, also from within a handler: what that throws would be the consumer's. */
export function endWith(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
