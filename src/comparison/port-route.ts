import { threadId } from 'node:worker_threads';
import { Arena } from '../memory/arena.js';
import { Bell } from '../memory/bell.js';
import { type MessagePortReaderHandle, type MessagePortWriterHandle, Port } from '../queues/message-port.js';
import { MessagePortReader } from '../queues/message-port-reader.js';
import { MessagePortWriter } from '../queues/message-port-writer.js';
import { ADDRESS_SHIFT, HEADER_INT32S, paddedInt32s } from '../records/record.js';
import { Clock } from '../router/clock.js';
import { DeadLetters } from '../router/dead-letters.js';
import { DelayedMessages } from '../router/delayed-messages.js';
import { AddressedRoute } from '../router/delivery.js';
import { Distribution } from '../router/distribution.js';
import { LargeBodies } from '../router/large-bodies.js';
import { MessageQueue, NO_PARTICULARS, type QueueParts } from '../router/message-queue.js';
import { Outlet, OutletWork } from '../router/outlet.js';
import { queueSettings } from '../router/queue-settings.js';
import { SegmentPool } from '../router/segment-pool.js';
import { Subscriber } from '../router/subscriber.js';
import { Timers } from '../router/timers.js';
import { Topology } from '../routing/topology.js';
import { EXCHANGE, type WorkBinding } from './work.js';

export interface PortRouterTask {
  readonly keys: readonly string[];
  readonly bindings: readonly WorkBinding[];
  readonly queues: readonly string[];
  /** The publishers' ports. */
  readonly inbox: MessagePortReaderHandle;
  /** Ports to the consumers of each queue. */
  readonly outlets: readonly (readonly MessagePortWriterHandle[])[];
}

/** Messages that a queue may hold back before the router stops taking further ones. */
const MAX_BACKLOG = 1024;

/**
 * The router of the designs made of ports: the broker's exchanges, routes, queues and round robin, between ports
 * instead of rings. One that holds messages back takes no more from the publishers, so memory stays bounded.
 */
export class PortRouter {
  readonly #topology = new Topology<MessageQueue>();
  readonly #work = new OutletWork();
  readonly #routes: readonly AddressedRoute[];
  readonly #queues: readonly MessageQueue[];
  readonly #outlets: readonly Outlet[];
  readonly #inbox: MessagePortReader;
  readonly #bell: Bell;
  /** Frames between two flushes: up to 512 messages if packed, as the broker's router. */
  readonly #framesAPass: number;

  constructor(task: PortRouterTask) {
    const parts = queueParts(this.#topology);
    const { bodies } = parts;
    this.#queues = task.queues.map(name => new MessageQueue(name, queueSettings(name, {}), parts));
    this.#outlets = this.#queues.flatMap((queue, index) =>
      task.outlets[index]!.map(port => {
        const outlet = new Outlet(new MessagePortWriter(port), this.#work, bodies);
        const subscriber = new Subscriber(queue, outlet, undefined, bodies, NO_LIMITS);
        outlet.feeder = subscriber;
        queue.subscribers.add(subscriber);
        return outlet;
      }),
    );
    this.#topology.declareExchange(EXCHANGE, 'topic');
    for (const queue of this.#queues) this.#topology.addQueue(queue);
    for (const { pattern, queue } of task.bindings) {
      this.#topology.bindQueue(task.queues[queue]!, EXCHANGE, pattern);
    }
    this.#routes = task.keys.map(key => AddressedRoute.of(EXCHANGE, key));
    this.#inbox = new MessagePortReader(task.inbox);
    this.#bell = new Bell(new Int32Array(task.inbox.control), Port.READER);
    this.#framesAPass = task.inbox.packed ? 8 : 64;
  }

  /** Runs until every publisher has closed its port and everything was handed on. */
  run(): void {
    const inbox = this.#inbox;
    while (!this.#done) {
      let frames = 0;
      while (frames < this.#framesAPass && !this.#holdsBack && inbox.open()) {
        this.#frame();
        frames++;
      }
      inbox.release();
      const revived = this.#work.revive();
      this.#work.flush();
      if (frames === 0 && !revived) this.#sleep();
    }
    for (const outlet of this.#outlets) outlet.close();
  }

  get #done(): boolean {
    return (
      this.#inbox.ended &&
      this.#work.unflushed.length === 0 &&
      this.#queues.every(queue => queue.ready.length === 0)
    );
  }

  get #holdsBack(): boolean {
    for (const queue of this.#queues) if (queue.ready.length >= MAX_BACKLOG) return true;
    return false;
  }

  #frame(): void {
    const inbox = this.#inbox;
    const words = inbox.words;
    let at = inbox.at;
    for (let left = inbox.count; left > 0; left--) {
      const bytes = words[at]!;
      const tag = words[at + 1]!;
      const route = this.#routes[tag >>> ADDRESS_SHIFT]!;
      const queues = route.resolve(this.#topology, noHeaders);
      at += HEADER_INT32S;
      for (let i = 0; i < queues.length; i++) queues[i]!.accept(words, at, bytes, tag, route, NO_PARTICULARS);
      at += paddedInt32s(bytes);
    }
  }

  #sleep(): void {
    this.#bell.announce(); // before asking, so that an answer is heard
    this.#work.askForBells();
    const idle = this.#work.ready || (!this.#holdsBack && this.#inbox.ready());
    if (!idle && !this.#done) this.#bell.sleep();
    this.#bell.retract();
  }
}

function noHeaders(): undefined {
  return undefined;
}

const NO_LIMITS = { prefetch: 0, prefetchBytes: 0, priority: 0 };

/** Bodies travel in the records here, whatever their size: the arena is there only because queues want one. */
function queueParts(topology: Topology<MessageQueue>): QueueParts {
  const sizes = { bytes: 4 << 20, sessions: 1, inboxWords: 2048, replyWords: 2048, maxBody: 0 };
  const arena = Arena.create(sizes, threadId);
  const bodies = new LargeBodies(arena.pages);
  const clock = new Clock();
  const timers = new Timers();
  const delayed = new DelayedMessages(clock, timers);
  const distribution = new Distribution(topology, arena, bodies, delayed);
  const deadLetters = new DeadLetters(topology, distribution, bodies);
  return {
    pool: new SegmentPool(),
    bodies,
    clock,
    timers,
    delayed,
    deadLetters,
    particularsOf: () => NO_PARTICULARS,
  };
}
