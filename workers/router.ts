import { parentPort, workerData } from 'node:worker_threads';
import { Arena } from '../src/memory/arena.js';
import { BrokerState } from '../src/memory/layout.js';
import { spinBudget } from '../src/memory/spin-budget.js';
import { Router } from '../src/router/router.js';

const arena = Arena.open(workerData.handle);
const router = new Router(arena, () => spinBudget(arena));
arena.setState(BrokerState.RUNNING);
parentPort?.postMessage('running');
router.run();
