/**
 * What a thread has begun and ended to do, in shared memory: the word of it that is left when the thread dies. Nothing but
 * the joining of the thread need order the reading of it, so it is for one thread to write.
 *
 *     word 0      numbers begun
 *     word 1      those of them that are ended
 *     words 2 …   the numbers, oldest first
 */
export class Ledger {
  readonly #words: Int32Array;

  /** @param size numbers that it has room for */
  constructor(size: number) {
    this.#words = new Int32Array(new SharedArrayBuffer(4 * (2 + size)));
  }

  begin(numbers: readonly number[]): void {
    const before = Atomics.load(this.#words, 0);
    for (let i = 0; i < numbers.length; i++) this.#words[2 + before + i] = numbers[i]!;
    Atomics.store(this.#words, 0, before + numbers.length);
  }

  /** All that was begun is ended. */
  end(): void {
    Atomics.store(this.#words, 1, Atomics.load(this.#words, 0));
  }

  begun(): number[] {
    return this.#numbers(Atomics.load(this.#words, 0));
  }

  #numbers(count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.#words[2 + i]!);
  }

  /** @throws Error unless `numbers` are those that were ended, and perhaps some that were begun */
  expectEnded(numbers: readonly number[]): void {
    const begun = this.begun();
    const ended = this.#numbers(Atomics.load(this.#words, 1));
    if (ended.every(number => numbers.includes(number)) && numbers.every(number => begun.includes(number)))
      return;
    throw new Error(`${numbers}, where ${ended} were ended, and ${begun} begun`);
  }
}
