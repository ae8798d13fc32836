import type { Cell } from '../cell.js';

/** Cells with a purpose. */
export interface Preset {
  readonly name: string;
  /** What it is for, in a line. */
  readonly description: string;
  /** Of a run, its warm-up included, where no time is given. */
  readonly runSeconds: number;
  /** Whether it is told how many threads there may be. */
  readonly asksThreads?: boolean;
  /**
   * @param cores of this machine
   * @param threads producers at most, and consumers as many; without it, the preset decides
   */
  cells(cores: number, threads?: number): Cell[];
}
