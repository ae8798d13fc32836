import { workerData } from 'node:worker_threads';
import { runProducer } from '../src/lab/measure/producer-thread.js';

await runProducer(workerData);
