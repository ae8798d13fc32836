import { workerData } from 'node:worker_threads';
import { runConsumer } from '../src/lab/measure/consumer-thread.js';

await runConsumer(workerData);
