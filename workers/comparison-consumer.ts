import { parentPort, workerData } from 'node:worker_threads';
import { consumeFromBroker } from '../src/comparison/consume.js';

await consumeFromBroker(workerData, news => parentPort?.postMessage(news));
