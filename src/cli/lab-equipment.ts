import { runInProcess } from '../lab/measure/run-in-process.js';
import { readResults } from '../lab/read-results.js';
import { renderReport, renderSummary } from '../lab/report/report.js';
import type { Equipment } from './lab.js';

export const EQUIPMENT: Equipment = { run: runInProcess, readResults, renderReport, renderSummary };
