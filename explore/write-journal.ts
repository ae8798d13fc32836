import type { Element, ModelledView } from './modelled-memory.js';

/** What was written since an execution began, so that the memory can be put back. */
export class WriteJournal {
  readonly #views: ModelledView[] = [];
  readonly #indices: number[] = [];
  readonly #values: Element[] = [];
  #length = 0;

  /** Call it before an element is written. */
  note(view: ModelledView, index: number): void {
    const at = this.#length++;
    this.#views[at] = view;
    this.#indices[at] = index;
    this.#values[at] = view.target[index]!;
  }

  /** Lets what the memory holds now be what undo() leads to. */
  clear(): void {
    this.#length = 0;
  }

  undo(): void {
    for (let i = this.#length - 1; i >= 0; i--) {
      (this.#views[i]!.target as Int32Array)[this.#indices[i]!] = this.#values[i] as number;
    }
    this.#length = 0;
  }
}
