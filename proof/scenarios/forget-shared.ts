import type { Scenario } from '../../explore/index.js';

/** The scenario without the type of what its threads share: scenarios of all kinds stand in one list. */
export function forgetShared<Shared>(scenario: Scenario<Shared>): Scenario {
  return scenario as Scenario<unknown> | Scenario<Shared> as Scenario;
}
