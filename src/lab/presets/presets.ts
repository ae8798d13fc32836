import { CONTENTION } from './contention.js';
import { LATENCY } from './latency.js';
import type { Preset } from './preset.js';
import { QUICK } from './quick.js';
import { SIZES } from './sizes.js';
import { WAITING } from './waiting.js';

export const PRESETS: readonly Preset[] = [QUICK, CONTENTION, LATENCY, WAITING, SIZES];
