import { parentPort, workerData } from 'node:worker_threads';
import { consumeFromPort } from '../src/comparison/port-consume.js';

consumeFromPort(workerData, news => parentPort?.postMessage(news));
