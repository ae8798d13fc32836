/** Names of one sequence, as the model has them, and as the broker has them: fresh ones for every sequence. */
export class Names {
  readonly #suffix: string;

  constructor(sequence: number) {
    this.#suffix = `-${sequence}`;
  }

  /** The broker's name of a queue or an exchange. The default exchange has one name. */
  real(name: string): string {
    return name === '' ? '' : `${name}${this.#suffix}`;
  }

  /** The broker's form of a routing key, which may be a queue's name. */
  realKey(key: string): string {
    return key.startsWith('q') ? this.real(key) : key;
  }

  /** The model's form of a name or a key of the broker. */
  model(name: string): string {
    return name.endsWith(this.#suffix) ? name.slice(0, -this.#suffix.length) : name;
  }
}
