import { reachable, type Scenario } from '../../../explore/index.js';
import type { CodeUnderTest } from '../../code-under-test.js';
import type { ProofEntry } from '../../proof-entry.js';
import { forgetShared } from '../forget-shared.js';
import { type Reader, runRouter } from './router-loop.js';
import { expectEqual, type SmallArena, smallArena } from './small-arena.js';

/**
 * The router sleeps on one bell, which rings for everything that it waits for: a frame in its inbox, space in a ring that it
 * writes to, and a death. No wait has a time limit here, so a ring that it does not hear is a deadlock.
 */

/** Thread ids of sessions. */
const PUBLISHER = 7;
const DEAD = 8;

type Writer = ConstructorParameters<CodeUnderTest['Outlet']>[0];
type RingReader = Pick<Reader, 'open' | 'release' | 'words' | 'at'>;

/** A ring that the router fills for consumers. Its reader rings `bell` when the router has asked for it. */
interface Ring {
  create(): SharedArrayBuffer;
  writer(buffer: SharedArrayBuffer): Writer;
  reader(buffer: SharedArrayBuffer, slot: number, bell: SmallArena['inbox']['bell']): RingReader;
}

function mailbox(code: CodeUnderTest): Ring {
  const attach = (buffer: SharedArrayBuffer) => code.MailboxMemory.attach(buffer, 0);
  return {
    create: () => code.MailboxMemory.standalone(64, 1),
    writer: buffer => new code.ExclusiveWriter(attach(buffer)),
    reader: (buffer, _, spaceBell) => new code.MailboxReader(attach(buffer), { spaceBell, exclusive: true }),
  };
}

function lockFree(code: CodeUnderTest): Ring {
  const options = { slots: 2, slotWords: 16, readers: 2, writers: 1 };
  return {
    create() {
      const buffer = new SharedArrayBuffer(code.LockFreeRing.bytes(options));
      code.LockFreeRing.create(buffer, 0, options);
      return buffer;
    },
    writer: buffer => code.LockFreeRing.attach(buffer, 0).soleWriter(),
    reader: (buffer, slot, spaceBell) => code.LockFreeRing.attach(buffer, 0).reader(slot, { spaceBell }),
  };
}

interface Rings {
  arena: SmallArena;
  buffer: SharedArrayBuffer;
  /** Frames that the ring holds: as many as it takes. */
  frames: number;
}

/** An arena, and a ring that is full. */
function stalled(code: CodeUnderTest, ring: Ring): Rings {
  const arena = smallArena(code, 1, 2);
  arena.inbox.attachWriter(PUBLISHER);
  arena.inbox.attachWriter(DEAD);
  const buffer = ring.create();
  const writer = ring.writer(buffer);
  let frames = 0;
  for (let at = reserve(writer); at !== code.NO_ROOM; at = reserve(writer)) {
    fill(writer, at, frames++);
    writer.flush();
  }
  return { arena, buffer, frames };
}

/** Room for the longest record there is. */
function reserve(writer: Pick<Writer, 'reserve' | 'maxRecordWords'>): number {
  return writer.reserve(writer.maxRecordWords);
}

function fill(writer: Writer, at: number, value: number): void {
  writer.words[at] = (writer.maxRecordWords - 1) * 8;
  writer.words[at + 1] = 0;
  writer.words[at + 2] = value;
}

interface RouterTask {
  /** Deaths that it is to hear of. */
  deaths?: number;
  asksFirst?: boolean;
}

/** The router with one more record for a ring that is full, until it has written that and read a frame: what it read. */
function router(
  code: CodeUnderTest,
  ring: Ring,
  { arena, buffer, frames }: Rings,
  task: RouterTask,
): number[] {
  const work = new code.OutletWork();
  const writer = ring.writer(buffer);
  const outlet = new code.Outlet(writer, work, new code.LargeBodies(arena.pages));
  let written = false;
  const send = () => {
    const at = outlet.reserve(writer.maxRecordWords);
    if (at === code.NO_ROOM) return;
    fill(writer, at, frames);
    written = true;
  };
  outlet.feeder = { onSpace: send };
  send();
  if (!written) reachable('stalled');
  const received: number[] = [];
  let { deaths = 0 } = task;
  runRouter(code, arena, {
    frame: inbox => void received.push(inbox.words[inbox.at + 2]!),
    release: () => void deaths--,
    done: () => written && received.length > 0 && deaths === 0,
    work,
    asksFirst: task.asksFirst === true,
  });
  return received;
}

/** Opens frames one by one, and gives each back before the next. */
function consume(reader: RingReader, frames: number): number[] {
  const values: number[] = [];
  while (values.length < frames) {
    if (!reader.open()) continue;
    values.push(reader.words[reader.at + 2]!);
    reader.release();
  }
  return values;
}

function publish(code: CodeUnderTest, arena: SmallArena, value: number): void {
  const writer = new code.MailboxWriter(arena.inbox, 0);
  const at = writer.reserve(2);
  writer.words[at] = 8;
  writer.words[at + 1] = 0;
  writer.words[at + 2] = value;
  expectEqual(writer.flush(), true, 'flush()');
}

/** A consumer empties its mailbox, and takes the record that waited for that. */
function space(code: CodeUnderTest): Scenario {
  const ring = mailbox(code);
  return forgetShared<Rings>({
    name: 'space',
    setup: () => stalled(code, ring),
    threads: {
      router: rings => router(code, ring, rings, {}),
      consumer({ arena, buffer, frames }) {
        const values = consume(ring.reader(buffer, 0, arena.inbox.bell), frames + 1);
        publish(code, arena, PUBLISHER);
        return values;
      },
    },
    reachable: ['stalled'],
    check({ shared: { frames }, results }) {
      const expected = Array.from({ length: frames + 1 }, (_, i) => i);
      expectEqual(`${results['consumer']}`, `${expected}`, 'what the consumer received');
      expectEqual(`${results['router']}`, `${PUBLISHER}`, 'what the router received');
    },
  });
}

/**
 * Two consumers share a ring, and each takes a frame. When one gives its frame back there may be no space yet: the other
 * still holds the slot that comes next. The one answers the router's request for its bell, and the other has none to answer:
 * so the router must have heard the first, and asked once more.
 */
export function sharedRing(code: CodeUnderTest, asksFirst: boolean): Scenario {
  const ring = lockFree(code);
  const consumer =
    (slot: number) =>
    ({ arena, buffer }: Rings) =>
      consume(ring.reader(buffer, slot, arena.inbox.bell), 1);
  return forgetShared<Rings>({
    name: 'shared ring',
    setup() {
      const rings = stalled(code, ring);
      publish(code, rings.arena, PUBLISHER);
      return rings;
    },
    threads: {
      router: rings => router(code, ring, rings, { asksFirst }),
      'consumer 1': consumer(0),
      'consumer 2': consumer(1),
    },
    reachable: ['stalled'],
    check({ shared: { buffer, arena, frames }, results }) {
      const rest = consume(ring.reader(buffer, 0, arena.inbox.bell), 1);
      const values = [
        ...(results['consumer 1'] as number[]),
        ...(results['consumer 2'] as number[]),
        ...rest,
      ];
      expectEqual(
        `${values.sort()}`,
        `${Array.from({ length: frames + 1 }, (_, i) => i)}`,
        'what was received',
      );
    },
  });
}

/** Space, a frame and a death come at once. */
function everything(code: CodeUnderTest): Scenario {
  const ring = mailbox(code);
  return forgetShared<Rings>({
    name: 'everything',
    setup: () => stalled(code, ring),
    threads: {
      router: rings => router(code, ring, rings, { deaths: 1 }),
      consumer: ({ arena, buffer, frames }) => consume(ring.reader(buffer, 0, arena.inbox.bell), frames),
      publisher: ({ arena }) => publish(code, arena, PUBLISHER),
      witness: ({ arena }) => arena.reportDeath(DEAD),
    },
    reachable: ['stalled'],
    check({ shared: { arena, frames, buffer }, results }) {
      expectEqual(`${results['router']}`, `${PUBLISHER}`, 'what the router received');
      expectEqual(arena.inbox.isDead(1), false, 'the slot of the dead is dead');
      expectEqual(arena.inbox.writerThread(1), undefined, 'thread of the slot of the dead');
      const rest = consume(ring.reader(buffer, 0, arena.inbox.bell), 1);
      expectEqual(`${rest}`, `${frames}`, 'what lies in the ring');
    },
  });
}

/**
 * A body in pages is free when its consumer is done with it and the router has looked. Whoever waits for its pages has the
 * router look, and is woken: Outgoing.allocateBlocking().
 */
function body(code: CodeUnderTest): Scenario {
  const ring = mailbox(code);
  return forgetShared<Rings>({
    name: 'body',
    setup() {
      const arena = smallArena(code, 1, 1);
      arena.inbox.attachWriter(PUBLISHER);
      arena.pages.allocate(1, code.Page.SESSION_TAG);
      return { arena, buffer: ring.create(), frames: 0 };
    },
    threads: {
      router({ arena, buffer }) {
        const bodies = new code.LargeBodies(arena.pages);
        const work = new code.OutletWork();
        const writer = ring.writer(buffer);
        const outlet = new code.Outlet(writer, work, bodies);
        const [run] = arena.pages.runs();
        bodies.adopt(run!.start);
        fill(writer, outlet.reserve(writer.maxRecordWords), 0);
        outlet.hold(run!.start);
        runRouter(code, arena, { frame: () => {}, work });
        expectEqual(bodies.size, 0, 'bodies that are kept');
      },
      consumer: ({ arena, buffer }) => consume(ring.reader(buffer, 0, arena.inbox.bell), 1),
      publisher({ arena }) {
        const outgoing = new code.Outgoing(arena, 0);
        const page = outgoing.allocateBlocking(code.PAGE_BYTES);
        arena.inbox.close();
        return page;
      },
    },
    check: ({ shared: { arena } }) => expectEqual(arena.pages.used(), 1, 'pages in use'),
  });
}

export const routerSleepEntries: readonly ProofEntry[] = [
  {
    name: 'router/space',
    shows: "a router that waits for space in a consumer's ring, and for frames, sleeps through neither",
    make: space,
    search: {},
  },
  {
    name: 'router/shared-ring',
    shows:
      'a router that waits for a slot which a consumer still holds hears of it, though another answered first',
    make: code => sharedRing(code, false),
    search: {},
  },
  {
    name: 'router/everything-at-once',
    shows: 'space, a frame and a death at once: none of them is slept through',
    make: everything,
    search: { preemptions: 2 },
    nightly: { preemptions: 3 },
  },
  {
    name: 'router/body-reclaimed',
    shows: 'who waits for the pages of a body gets them when its consumer is done',
    make: body,
    search: { preemptions: 2 },
    nightly: {},
  },
];
