import { workerData } from 'node:worker_threads';
import { PortRouter } from '../src/comparison/port-route.js';

new PortRouter(workerData).run();
