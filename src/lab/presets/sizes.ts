import { DESIGNS } from '../cell.js';
import { vary } from '../vary.js';
import type { Preset } from './preset.js';

export const SIZES: Preset = {
  name: 'sizes',
  description: 'how speed depends on the size of messages, and on how many of them go at once',
  runSeconds: 1,
  cells: () => vary({}, { design: DESIGNS, body: [16, 64, 256, 1024, 4096], batch: [1, 8, 64] }),
};
