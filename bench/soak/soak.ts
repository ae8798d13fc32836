import { setTimeout as delay } from 'node:timers/promises';
import { Broker, type BrokerStats, connect, type Session } from '../../src/index.js';
import { Board } from './board.js';
import { awaitBurial } from './burial.js';
import { Crowd, ENDINGS, type Ending, type Member } from './crowd.js';
import { NEWS, WORK, WORK_DISPATCHES, workQueue } from './names.js';
import { below, oncePer, oneOf, type Random, seeded } from './random.js';
import { disagreements, isAtRest, leftOver } from './reckoning.js';
import { Watchdog } from './watchdog.js';

const SIZES = { publishers: 4, consumers: 8 };
/** Threads that are ending at a time. */
const AT_A_TIME = 3;
/** Terminations of one round; then all comes to rest and is counted. */
const ROUND = 25;
/** Terminations of a round that happen while publishers are held, so while the queues run empty. */
const WHILE_HELD = 5;
/** Milliseconds from one end to the next at most; and those for young threads, and while publishers are held. */
const LONGEST_PAUSE = 700;
const SHORT_PAUSE = 60;
/** Small, so that threads wait for room in the middle of what they do, and end there. */
const INBOX_BYTES = 1 << 14;
/** What bounds the backlog: above it the broker holds publishers. */
const MEMORY_HIGH_WATER = 8 << 20;
const LOOK_MILLISECONDS = 50;
/** Milliseconds without progress after which the run is given up. */
const STALLED = 30_000;
/** Milliseconds that the queues may take to run empty, however much happens meanwhile. */
const LONGEST_EMPTYING = 60_000;
/** Endings that are not in order; the commonest one twice. */
const DEATHS = ['terminate', 'terminate', 'exit', 'throw'] as const;

export interface SoakOptions {
  terminations: number;
  seed: number;
  /** The run ends after so many seconds, even with fewer terminations. */
  seconds: number;
}

export interface SoakResult {
  faults: string[];
  terminations: number;
  endings: Record<Ending, number>;
  messages: number;
  redeliveries: number;
  news: number;
  lost: number;
  duplicates: number;
  /** Milliseconds from a thread's exit event until the router had buried it, and had put its messages back. */
  burials: number[];
  /** Milliseconds from the last burial of a round, while publishers are held, until all queues were empty. */
  rests: number[];
  /** Looks at the broker, every 50 ms, and those of them that found publishers held by the memory alarm. */
  looks: { all: number; alarm: number };
  seconds: number;
}

/** Runs one soak. `report` gets a line for each round. */
export async function soak(options: SoakOptions, report: (line: string) => void): Promise<SoakResult> {
  const broker = await Broker.start({ inboxBytes: INBOX_BYTES, memoryHighWater: MEMORY_HIGH_WATER });
  try {
    return await new Soak(broker.handle, options, report).run();
  } finally {
    await broker.close();
  }
}

class Soak {
  readonly #handle: SharedArrayBuffer;
  readonly #options: SoakOptions;
  readonly #report: (line: string) => void;
  readonly #session: Session;
  readonly #board = new Board();
  readonly #random: Random;
  readonly #watchdog: Watchdog;
  readonly #faults: string[] = [];
  readonly #endings = Object.fromEntries(ENDINGS.map(ending => [ending, 0])) as Record<Ending, number>;
  readonly #burials: number[] = [];
  readonly #rests: number[] = [];
  readonly #startedAt = performance.now();
  #messages = 0;
  #lost = 0;
  readonly #looks = { all: 0, alarm: 0 };
  /** Terminations that were begun. */
  #begun = 0;
  #ended = 0;
  #lastStats: BrokerStats | undefined;

  constructor(handle: SharedArrayBuffer, options: SoakOptions, report: (line: string) => void) {
    this.#handle = handle;
    this.#options = options;
    this.#report = report;
    this.#session = connect(handle);
    this.#random = seeded(options.seed);
    this.#watchdog = new Watchdog(
      () => this.#board.receipts + this.#board.news + this.#ended,
      STALLED,
      () => JSON.stringify({ faults: this.#allFaults(), stats: { ...this.#lastStats, loop: undefined } }),
    );
  }

  async run(): Promise<SoakResult> {
    await this.#declare();
    const crowd = new Crowd(this.#handle, this.#board, this.#random, SIZES, fault => this.#fault(fault));
    const looks = setInterval(() => void this.#look(), LOOK_MILLISECONDS);
    for (let round = 1; this.#goesOn; round++) {
      await this.#round(crowd, Math.min(round * ROUND, this.#options.terminations));
      this.#report(
        `round ${round}: ${this.#ended} terminations, ${this.#messages} messages, at rest after ${(this.#rests.at(-1) ?? 0).toFixed(0)} ms`,
      );
    }
    this.#watchdog.phase = 'the threads close their sessions';
    clearInterval(looks);
    this.#board.stop();
    await Promise.all(crowd.members.map(member => member.exited));
    await this.#leaveNothing();
    await this.#session.close();
    this.#watchdog.stop();
    return this.#result();
  }

  async #declare(): Promise<void> {
    const session = this.#session;
    await session.declareExchange(WORK, 'direct');
    await session.declareExchange(NEWS, 'fanout');
    for (const [work, dispatch] of WORK_DISPATCHES.entries()) {
      const ring = dispatch === 'queue-per-consumer' ? {} : { ringBytes: 1 << 16 };
      await session.declareQueue(workQueue(work), { dispatch, ...ring });
      await session.bindQueue(workQueue(work), WORK, `${work}`);
    }
  }

  get #goesOn(): boolean {
    const { terminations } = this.#options;
    return (
      this.#ended < terminations && !this.#timeIsUp && this.#faults.length + this.#board.faultCount === 0
    );
  }

  get #timeIsUp(): boolean {
    return performance.now() - this.#startedAt > this.#options.seconds * 1000;
  }

  async #look(): Promise<void> {
    this.#lastStats = await this.#session.stats();
    this.#looks.all++;
    if (this.#lastStats.memoryAlarm) this.#looks.alarm++;
  }

  /** Ends threads until `terminations` were begun; then everything comes to rest, and is counted. */
  async #round(crowd: Crowd, terminations: number): Promise<void> {
    this.#watchdog.phase = 'threads end and others take their places';
    this.#board.held = false;
    await this.#endSeveral(crowd, terminations - WHILE_HELD);
    this.#board.held = true;
    await this.#endSeveral(crowd, terminations);
    const stats = await this.#comeToRest();
    if (stats === undefined) return;
    const tally = this.#board.tally();
    this.#messages = tally.received.reduce((sum, count) => sum + count, 0);
    this.#lost += tally.lost.length;
    for (const text of disagreements(stats, tally, crowd.members)) this.#fault(text);
  }

  /** Waits until all queues are empty, while publishers are held; undefined if that takes too long. */
  async #comeToRest(): Promise<BrokerStats | undefined> {
    this.#watchdog.phase = 'the queues run empty';
    const since = performance.now();
    while (this.#board.busy) await delay(1);
    while (performance.now() - since < LONGEST_EMPTYING) {
      const stats = await this.#session.stats();
      if (isAtRest(stats)) {
        this.#rests.push(performance.now() - since);
        return stats;
      }
      await delay(1);
    }
    this.#fault(`messages come and come again, and the queues are not empty after ${LONGEST_EMPTYING} ms`);
    return undefined;
  }

  async #endSeveral(crowd: Crowd, terminations: number): Promise<void> {
    await Promise.all(Array.from({ length: AT_A_TIME }, () => this.#endOneByOne(crowd, terminations)));
  }

  async #endOneByOne(crowd: Crowd, terminations: number): Promise<void> {
    const random = this.#random;
    let young: Member | undefined;
    while (!this.#timeIsUp) {
      const soon = young !== undefined || this.#board.held;
      await delay(below(random, soon ? SHORT_PAUSE : LONGEST_PAUSE));
      const ending = oncePer(random, 12) ? 'close' : oneOf(random, DEATHS);
      if (this.#begun >= terminations) return;
      const alive = crowd.members.filter(member => member.ending === undefined);
      const member = young !== undefined && young.ending === undefined ? young : oneOf(random, alive);
      if (ending !== 'close') this.#begun++;
      await crowd.end(member, ending);
      this.#endings[ending]++;
      if (ending !== 'close') this.#ended++;
      await this.#bury(member);
      young = oncePer(random, 6) ? crowd.members[member.place] : undefined;
    }
  }

  async #bury(member: Member): Promise<void> {
    try {
      const milliseconds = await awaitBurial(this.#session, member);
      if (milliseconds !== undefined) this.#burials.push(milliseconds);
    } catch (error) {
      this.#fault((error as Error).message);
    }
  }

  /** All threads have ended: nothing may be left of them. */
  async #leaveNothing(): Promise<void> {
    for (const work of WORK_DISPATCHES.keys()) await this.#session.deleteQueue(workQueue(work));
    const left = leftOver(await this.#session.stats());
    if (left !== undefined) this.#fault(left);
  }

  #fault(text: string): void {
    this.#faults.push(text);
    if (this.#faults.length <= 20) this.#report(`fault: ${text}`);
  }

  #allFaults(): string[] {
    return [...this.#faults, ...this.#board.faults()];
  }

  #result(): SoakResult {
    const faults = this.#allFaults();
    return {
      faults,
      terminations: this.#ended,
      endings: this.#endings,
      messages: this.#messages,
      redeliveries: this.#board.redeliveries,
      news: this.#board.news,
      lost: this.#lost,
      duplicates: faults.filter(fault => fault.includes('twice without redelivered')).length,
      burials: this.#burials,
      rests: this.#rests,
      looks: this.#looks,
      seconds: (performance.now() - this.#startedAt) / 1000,
    };
  }
}
