import { WAITS } from '../cell.js';
import { vary } from '../vary.js';
import type { Preset } from './preset.js';

export const WAITING: Preset = {
  name: 'waiting',
  description: 'what waiting costs: latency and idle processor time of blocking, listening, polling, pulling',
  runSeconds: 1.5,
  cells: () => vary({}, { routed: [false, true], wait: WAITS, rate: [100, 1000, 10_000, 100_000] }),
};
