import type { QueueCounters } from '../../memory/counters.js';

/** How a producer's messages leave its thread. A run has one kind, so the calls are as good as inlined. */
export interface Outbox {
  readonly counters: readonly QueueCounters[];
  /** Writes a message; blocks while there is no room. @param time when it was to be sent, in milliseconds; 0 at full speed */
  put(sequence: number, time: number): void;
  /** Sends what was put; blocks while there is no room. A promise where that takes an event loop. */
  flush(): Promise<void> | undefined;
  /** Nothing more will be put. */
  close(): void;
}
