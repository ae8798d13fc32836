import { readFileSync } from 'node:fs';

const file = new URL('../../../package.json', import.meta.url);

/** Of RingMQ. */
export const VERSION: string = JSON.parse(readFileSync(file, 'utf8')).version;
