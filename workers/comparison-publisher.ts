import { publishToBroker } from '../src/comparison/publish.js';

/** A task of the pool of publishers (piscina). */
export default publishToBroker;
