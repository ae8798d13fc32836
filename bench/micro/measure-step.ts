import { loadSuite } from './suites.js';

// A process of its own for one step: `node measure-step.js SUITE STEP MILLISECONDS` prints its figures as JSON.
const [suite, step, milliseconds] = process.argv.slice(2) as [string, string, string];
console.log(JSON.stringify(await (await loadSuite(suite)).measure(step, Number(milliseconds))));
