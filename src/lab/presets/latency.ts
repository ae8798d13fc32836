import { DESIGNS } from '../cell.js';
import { vary } from '../vary.js';
import type { Preset } from './preset.js';

/** Messages a second: three steps are a factor of 20. */
const RATES = [1000, 2700, 7400, 20_000, 54_000, 150_000, 400_000, 1_100_000, 2_900_000, 8_000_000];

export const LATENCY: Preset = {
  name: 'latency',
  description: 'latency against load: each design at growing rates, until it cannot follow',
  runSeconds: 1.1,
  cells: () => [
    ...vary({}, { design: DESIGNS, rate: RATES }),
    ...vary({ design: 'message-port', batch: 1 }, { rate: RATES }),
  ],
};
