export { explore } from './explore.js';
export { joinThread, operation, reachable } from './thread.js';
export type * from './scenario.js';
