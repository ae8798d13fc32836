import { publishToPort } from '../src/comparison/port-publish.js';

/** A task of the pool of publishers (piscina). */
export default publishToPort;
