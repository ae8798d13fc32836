import { Command } from 'commander';
import { numberUpTo } from './option-values.js';

/** What `ringmq lab compare` was told. */
export interface LabCompareOptions {
  /** Percent. */
  tolerance: number;
  json?: string;
}

export function labCompareCommand(): Command {
  return new Command('compare')
    .description('say what changed between two labs: two machines, or two versions')
    .argument('<A>', 'results.json of the lab to compare with')
    .argument('<B>', 'results.json of the lab that is judged')
    .option('--tolerance <percent>', 'how much slower B may be', numberUpTo(100), 0)
    .option('--json <file>', 'write the comparison to this file')
    .addHelpText('after', EXPLANATION)
    .action(async (a: string, b: string, options: LabCompareOptions) => {
      const { runLabCompare } = await import('./lab-compare.js');
      process.exitCode = runLabCompare(a, b, options);
    });
}

const EXPLANATION = `
Cells that both have are compared: by their throughput where producers send as fast as they can, by their
median and 99 % latency where they keep a rate. For each, the table shows the medians of the runs, B / A, and a
bootstrap interval of that ratio. B is called faster or slower only if the interval excludes 1 and both sides
have 5 runs or more; else it is undecided. That does not mean that nothing changed: more runs tell smaller
differences. Runs that are not verified do not count.

By chance, some verdicts are false. Of two machines that are equal, with 5 runs of a cell each, B is called
slower in 1 of 63 comparisons (4 of the 252 orders in which the ten figures can come), and faster as often. So
of 44 comparisons, at least one is called slower by chance in half of all cases: the more there are, the less
one of them says. Look whether it is slower again with new runs, or compare only the cells that you ask about.

The interval knows only how runs differ within a lab. Whatever shifted all runs of a lab, such as another
tenant of the machine, it takes for a difference between A and B.

--tolerance 5 lets B be slower: the exit code is 1 only if the whole interval lies beyond, so below 0.95 for
throughput, above 1.05 for latency.

Exit codes: 0 B is not slower anywhere, 1 it is by more than the tolerance or has runs that are not verified,
2 bad options or files, or no cell in common.`;
