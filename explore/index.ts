export {
  ExploreError,
  InvalidScenarioError,
  InvalidScheduleError,
  NondeterministicThreadError,
  UnsupportedAccessError,
} from './errors.js';
export { explore } from './explore.js';
export { formatViolation } from './report.js';
export type {
  Ending,
  Operation,
  Result,
  Scenario,
  SearchOptions,
  SourceLine,
  Specification,
  Step,
  StepKind,
  Violation,
  ViolationKind,
} from './scenario.js';
export { fifoQueue, mutex, register } from './specifications.js';
export { joinThread, operation, reachable } from './thread.js';
export { type ViolationJson, violationToJson } from './violation-json.js';
