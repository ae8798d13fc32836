import type { Consumer, Message } from '../../src/index.js';
import { readBody } from './body.js';
import { WORK_DISPATCHES } from './names.js';
import type { Participant } from './participant.js';
import type { Settler } from './settler.js';

/** One consumer of this thread, and what becomes of its messages: they are checked, noted, and settled. */
export class Intake {
  readonly consumer: Consumer;
  readonly #settler: Settler;
  readonly #participant: Participant;
  /** Number of the work queue, or WORK_DISPATCHES.length for the news. */
  readonly #queue: number;
  /** Number of the last message, by publisher. */
  readonly #last = new Map<number, number>();

  constructor(consumer: Consumer, settler: Settler, participant: Participant, queue: number) {
    this.consumer = consumer;
    this.#settler = settler;
    this.#participant = participant;
    this.#queue = queue;
  }

  take(message: Message): void {
    this.note(message);
    this.#settler.settle(message);
  }

  rest(): void {
    this.#settler.rest();
  }

  /** Checks a message, and notes on the board that it came. */
  note(message: Message): void {
    const { board, thread } = this.#participant;
    const { queue, number, publisher, intact } = readBody(message);
    if (!intact) board.fault('came with a wrong body', thread, number);
    if (queue !== this.#queue) board.fault('came from the wrong queue', thread, number);
    if (queue === WORK_DISPATCHES.length) {
      this.#checkNews(publisher, number, message.redelivered);
      board.receivedNews();
    } else {
      if (!message.redelivered) this.#checkOrder(publisher, number);
      board.received(thread, queue, number, message.redelivered);
    }
  }

  /** What one publisher sent to one queue comes in order, unless it was sent to a consumer before. */
  #checkOrder(publisher: number, number: number): void {
    const last = this.#last.get(publisher);
    if (last !== undefined && number < last) {
      this.#participant.board.fault(
        'came before one that was published earlier',
        this.#participant.thread,
        number,
      );
    }
    this.#last.set(publisher, number);
  }

  /** All news since the first that came go to this consumer alone: none is missing, none comes twice unmarked. */
  #checkNews(publisher: number, number: number, redelivered: boolean): void {
    const { board, thread } = this.#participant;
    const last = this.#last.get(publisher) ?? number - 1;
    if (number > last + 1) board.fault('of the news came, and one before it is missing', thread, number);
    if (number <= last && !redelivered)
      board.fault('of the news came twice without redelivered', thread, number);
    if (number > last) this.#last.set(publisher, number);
  }
}
