import { PublishRefusedError, type RingMQError } from '../errors.js';

/** A publisher whose messages are confirmed. */
export interface Confirming {
  readonly exchange: string;
}

interface Waiter {
  resolve(): void;
  reject(error: RingMQError): void;
}

/** What one publisher published, as far as it waits to be confirmed. */
class Account implements Confirming {
  readonly exchange: string;
  /** Number of its last message. */
  last = 0;
  /** Messages that were refused since somebody asked. */
  refused = 0;
  /** Waiting for all up to a number. */
  readonly waiters: { number: number; waiter: Waiter }[] = [];

  constructor(exchange: string) {
    this.exchange = exchange;
  }
}

/**
 * The confirms that a session waits for. Its publishes are numbered from 1, on both sides, and the router confirms
 * all up to a number at once. The router's numbers are int32s that wrap; here they do not, because a publisher may
 * rest while others of its session publish more than int32s can tell apart.
 */
export class Confirmations {
  /** Number of the last message that was published with a confirm. */
  #published = 0;
  /** All up to here are confirmed or refused. */
  #confirmed = 0;
  readonly #accounts = new Map<Confirming, Account>();
  /** Whose the messages are: runs of consecutive ones, oldest first. */
  readonly #runs: { last: number; account: Account }[] = [];
  /** Those who wait for one message. */
  readonly #single = new Map<number, Waiter>();
  #waiting = 0;

  /** `publisher` has published one more message. Returns its number. */
  published(publisher: Confirming): number {
    const number = ++this.#published;
    const run = this.#runs[this.#runs.length - 1];
    const account = this.#account(publisher);
    account.last = number;
    if (run?.account === account) run.last = number;
    else this.#runs.push({ last: number, account });
    return number;
  }

  #account(publisher: Confirming): Account {
    let account = this.#accounts.get(publisher);
    if (account === undefined) {
      account = new Account(publisher.exchange);
      this.#accounts.set(publisher, account);
    }
    return account;
  }

  /** Messages of all publishers that are neither confirmed nor refused. */
  get unconfirmed(): number {
    return this.#published - this.#confirmed;
  }

  /** True if somebody waits. */
  get awaited(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when message `number` is confirmed. @throws PublishRefusedError */
  one(number: number): Promise<void> {
    return this.#promise(waiter => this.#single.set(number, waiter));
  }

  /** Resolves when all that `publisher` published is confirmed; rejects with PublishRefusedError if some is refused. */
  async all(publisher: Confirming): Promise<void> {
    const account = this.#account(publisher);
    if (!this.settled(publisher)) {
      await this.#promise(waiter => account.waiters.push({ number: account.last, waiter }));
    }
    this.check(publisher);
  }

  /** True if nothing of `publisher` is left to be confirmed. */
  settled(publisher: Confirming): boolean {
    return this.#account(publisher).last <= this.#confirmed;
  }

  /** @throws PublishRefusedError if messages of `publisher` were refused since it was called last */
  check(publisher: Confirming): void {
    const account = this.#account(publisher);
    const { refused } = account;
    account.refused = 0;
    if (refused > 0) throw new PublishRefusedError(account.exchange, refused);
  }

  /** Counts who waits until it is answered, and not until it has noticed: nothing more is read for it then. */
  #promise(register: (waiter: Waiter) => void): Promise<void> {
    this.#waiting++;
    return new Promise<void>((resolve, reject) => {
      register({
        resolve: () => {
          this.#waiting--;
          resolve();
        },
        reject: error => {
          this.#waiting--;
          reject(error);
        },
      });
    });
  }

  /** The router refused messages `firstWrapped` to `lastWrapped`. */
  refused(firstWrapped: number, lastWrapped: number): void {
    const last = this.#unwrapped(lastWrapped);
    let run = 0;
    for (let number = this.#unwrapped(firstWrapped); number <= last; number++) {
      while (this.#runs[run]!.last < number) run++;
      const { account } = this.#runs[run]!;
      const waiter = this.#single.get(number);
      this.#single.delete(number);
      if (waiter === undefined) account.refused++;
      else waiter.reject(new PublishRefusedError(account.exchange, 1));
    }
  }

  /** The router is done with all messages up to `lastWrapped`. */
  confirmed(lastWrapped: number): void {
    const last = this.#unwrapped(lastWrapped);
    this.#confirmed = last;
    while (this.#runs.length > 0 && this.#runs[0]!.last <= last) this.#settle(this.#runs.shift()!.account);
    if (this.#runs.length > 0) this.#settle(this.#runs[0]!.account);
    for (const [number, waiter] of this.#single) {
      if (number > last) break;
      this.#single.delete(number);
      waiter.resolve();
    }
  }

  /** A number of the router's, which is less than 2^31 from the last that was confirmed. */
  #unwrapped(number: number): number {
    return this.#confirmed + ((number - this.#confirmed) | 0);
  }

  #settle({ waiters }: Account): void {
    while (waiters.length > 0 && waiters[0]!.number <= this.#confirmed) waiters.shift()!.waiter.resolve();
  }

  /** There will be no more confirms. */
  fail(error: RingMQError): void {
    for (const waiter of this.#single.values()) waiter.reject(error);
    this.#single.clear();
    for (const { waiters } of this.#accounts.values()) {
      for (const { waiter } of waiters.splice(0)) waiter.reject(error);
    }
  }

  /** `publisher` is closed: nothing of it is waited for any more. */
  forget(publisher: Confirming): void {
    if (this.settled(publisher)) this.#accounts.delete(publisher);
  }
}
