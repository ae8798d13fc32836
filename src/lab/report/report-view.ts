import type { Results } from '../results.js';
import { arrange } from './arrangement.js';
import { countersSection } from './counters.js';
import { fairnessSection } from './fairness.js';
import { keepingUpSection } from './keeping-up.js';
import { latencySection } from './latency.js';
import { lockSection } from './lock.js';
import { leadOf, machineSection } from './machine.js';
import { measuredCells } from './measured.js';
import { scalabilitySection } from './scalability.js';
import { spectrumSection } from './spectrum.js';
import { throughputSection } from './throughput.js';
import { timeSection } from './time.js';
import { timelineSection } from './timeline.js';
import type { View } from './view.js';
import { waitingSection } from './waiting.js';
import { warningsOf } from './warnings.js';

/** All that the report of a lab shows. A section is left out where the lab has nothing for it. */
export function viewOf(results: Results): View {
  const cells = measuredCells(results);
  const arrangement = arrange(cells);
  const sections = [
    throughputSection(arrangement),
    waitingSection(arrangement),
    latencySection(arrangement),
    keepingUpSection(arrangement),
    spectrumSection(arrangement),
    timeSection(arrangement),
    lockSection(arrangement),
    timelineSection(arrangement),
    fairnessSection(arrangement),
    scalabilitySection(arrangement, results.machine.cores),
    countersSection(arrangement),
    machineSection(results),
  ];
  return {
    title: `RingMQ lab: ${results.preset}`,
    lead: leadOf(results, cells.length),
    warnings: warningsOf(results, cells),
    sections: sections.filter(section => section !== null),
    styles: arrangement.styles,
  };
}
