import { parentPort, workerData } from 'node:worker_threads';
import { Arena } from '../src/memory/arena.js';
import { BrokerState } from '../src/memory/layout.js';
import { spinBudget } from '../src/memory/spin-budget.js';
import { endBroker } from '../src/queues/end-broker.js';
import { Router } from '../src/router/router.js';

const arena = Arena.open(workerData.handle);
// Not only the thread that started the broker sees to it: that one may be blocked, waiting for this one.
process.on('exit', () => endBroker(arena));
const router = new Router(arena, workerData.options, () => spinBudget(arena));
arena.setState(BrokerState.RUNNING);
parentPort?.postMessage('running');
router.run();
