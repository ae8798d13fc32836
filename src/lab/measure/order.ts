import type { Cell } from '../cell.js';
import type { Run } from '../results.js';

/** Consumers with a rate wait so long for the first message, so that waiting can be measured. */
export const IDLE_SECONDS = 0.25;

/** One run of one cell, as the process that does it is told. */
export interface Order {
  readonly cell: Cell;
  /** In each round every cell runs once; counted from 1. */
  readonly round: number;
  /** How long messages flow before the window. */
  readonly warmUpSeconds: number;
  /** Length of the window. */
  readonly seconds: number;
  /** True: after the window, the lock's timeline is taken. */
  readonly trace: boolean;
}

/**
 * Does a run in a process of its own. A run that fails is a `Run` too, with what went wrong in its faults.
 *
 * @throws the signal's reason, once its process is dead
 */
export type RunInProcess = (order: Order, signal?: AbortSignal) => Promise<Run>;
