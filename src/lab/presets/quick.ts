import { DESIGNS } from '../cell.js';
import { vary } from '../vary.js';
import type { Preset } from './preset.js';

export const QUICK: Preset = {
  name: 'quick',
  description: 'a first look: how fast each design is, and how soon a message arrives at a modest rate',
  runSeconds: 0.6,
  cells: () => [
    ...vary({ producers: 2, consumers: 2 }, { design: DESIGNS }),
    ...vary({ producers: 2, consumers: 2, design: 'message-port', batch: 1 }, {}),
    // One of each, so that on two cores no thread waits for a core: that would be the latency of the scheduler.
    ...vary({ rate: 20_000 }, { design: ['queue-per-consumer', 'shared-locked', 'message-port'] }),
  ],
};
