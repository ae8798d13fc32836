import { NO_ROOM } from '../memory/record-queue.js';
import type { Records } from '../memory/untaken.js';
import { copyInt32s, HEADER_INT32S, LARGE_FLAG, paddedInt32s, REDELIVERED_FLAG } from '../records/record.js';
import type { DispatchName, QueueStats } from '../records/request.js';
import type { RoutingTarget } from '../routing/routing-target.js';
import { Backlog } from './backlog.js';
import { type AddressedRoute, contentAt, writeDelivery } from './delivery.js';
import type { LargeBodies } from './large-bodies.js';
import type { Outlet, OutletFeeder } from './outlet.js';

/**
 * A queue: messages go to its outlets in turn while they have room, and wait in its backlog otherwise. What waits is
 * older than what comes, so a new message never passes the backlog.
 */
export class MessageQueue implements RoutingTarget, OutletFeeder {
  readonly name: string;
  readonly dispatch: DispatchName;
  readonly backlog = new Backlog();
  /** One a consumer, or one that all consumers share. */
  readonly outlets: Outlet[] = [];
  consumers = 0;
  published = 0;
  delivered = 0;
  readonly #bodies: LargeBodies;
  #turn = 0;
  #chosen: Outlet | undefined;

  constructor(name: string, dispatch: DispatchName, bodies: LargeBodies) {
    this.name = name;
    this.dispatch = dispatch;
    this.#bodies = bodies;
  }

  /**
   * Takes a message that was routed here.
   *
   * @param content index in `source` of the content
   * @param flags tag of the record that the content comes from
   */
  accept(
    source: Int32Array,
    content: number,
    contentBytes: number,
    flags: number,
    route: AddressedRoute,
  ): void {
    const words = route.deliveryWords(contentBytes);
    const large = (flags & LARGE_FLAG) !== 0;
    if (large) this.#bodies.retain(source[content]!);
    this.published++;
    if (this.backlog.length === 0) {
      const at = this.#place(words);
      if (at !== NO_ROOM) {
        const outlet = this.#chosen!;
        writeDelivery(outlet.writer.words, at, route, source, content, contentBytes, flags);
        if (large) outlet.hold(source[content]!);
        return;
      }
    }
    const at = this.backlog.reserve(words);
    writeDelivery(this.backlog.words, at, route, source, content, contentBytes, flags);
  }

  /** Finds room at the next outlet that has some, in turn. */
  #place(words: number): number {
    const outlets = this.outlets;
    for (let tried = 0; tried < outlets.length; tried++) {
      const outlet = outlets[this.#turn]!;
      this.#turn = this.#turn + 1 < outlets.length ? this.#turn + 1 : 0;
      const at = outlet.reserve(words);
      if (at !== NO_ROOM) {
        this.#chosen = outlet;
        this.delivered++;
        return at;
      }
    }
    return NO_ROOM;
  }

  /** An outlet has room: what waits goes on. */
  onSpace(): void {
    const backlog = this.backlog;
    while (backlog.length > 0) {
      const source = backlog.head;
      const from = backlog.headAt;
      const int32s = HEADER_INT32S + paddedInt32s(source[from]!);
      const at = this.#place(int32s >>> 1);
      if (at === NO_ROOM) return;
      const outlet = this.#chosen!;
      copyInt32s(source, from, outlet.writer.words, at, int32s);
      if ((source[from + 1]! & LARGE_FLAG) !== 0) outlet.hold(source[contentAt(source, from)]!);
      backlog.shift();
    }
  }

  addOutlet(outlet: Outlet): void {
    this.outlets.push(outlet);
    this.onSpace();
  }

  removeOutlet(outlet: Outlet): void {
    const index = this.outlets.indexOf(outlet);
    if (index < 0) return;
    this.outlets.splice(index, 1);
    this.#turn = 0;
  }

  /** Moves the oldest message that waits to `outlet`; false if none waits or the outlet has no room. */
  take(outlet: Outlet): boolean {
    const backlog = this.backlog;
    if (backlog.length === 0) return false;
    const source = backlog.head;
    const from = backlog.headAt;
    const int32s = HEADER_INT32S + paddedInt32s(source[from]!);
    const at = outlet.reserve(int32s >>> 1);
    if (at === NO_ROOM) return false;
    copyInt32s(source, from, outlet.writer.words, at, int32s);
    if ((source[from + 1]! & LARGE_FLAG) !== 0) outlet.hold(source[contentAt(source, from)]!);
    backlog.shift();
    this.delivered++;
    return true;
  }

  /** Puts messages back at the front that consumers were sent but did not take. */
  putBack({ words, records }: Records): void {
    for (let at = 0; at < words.length; at += HEADER_INT32S + paddedInt32s(words[at]!)) {
      words[at + 1] = words[at + 1]! | REDELIVERED_FLAG;
      if ((words[at + 1]! & LARGE_FLAG) !== 0) this.#bodies.retain(words[contentAt(words, at)]!);
    }
    this.backlog.prepend(words, records);
    this.delivered -= records;
    this.onSpace();
  }

  /** Drops every message that waits; returns how many. */
  purge(): number {
    const purged = this.backlog.length;
    for (; this.backlog.length > 0; this.backlog.shift()) {
      const words = this.backlog.head;
      const at = this.backlog.headAt;
      if ((words[at + 1]! & LARGE_FLAG) !== 0) this.#bodies.release(words[contentAt(words, at)]!);
    }
    return purged;
  }

  stats(): QueueStats {
    return {
      name: this.name,
      dispatch: this.dispatch,
      ready: this.backlog.length,
      readyBytes: this.backlog.bytes,
      consumers: this.consumers,
      published: this.published,
      delivered: this.delivered,
    };
  }
}
