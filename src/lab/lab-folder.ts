import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from '../errors.js';
import { differences } from './compare/differences.js';
import { Journal } from './journal.js';
import { type Plan, planSchema } from './plan.js';
import { type Results, resultsSchema } from './results.js';

/** All that the lab writes into its folder; whatever else lies there is not touched. */
const FILES = {
  plan: 'plan.json',
  journal: 'runs.jsonl',
  results: 'results.json',
  report: 'report.html',
  summary: 'summary.md',
} as const;

/** Where one lab keeps its plan, its runs and what it found. */
export class LabFolder {
  readonly path: string;
  readonly journal: Journal;

  constructor(path: string) {
    this.path = path;
    this.journal = new Journal(this.file('journal'));
  }

  file(name: keyof typeof FILES): string {
    return join(this.path, FILES[name]);
  }

  /**
   * Writes the plan; makes the folder if there is none.
   *
   * @param overwrite deletes what an earlier lab left
   * @throws InvalidArgumentError if there is something, and it must not be overwritten
   */
  begin(plan: Plan, overwrite: boolean): void {
    mkdirSync(this.path, { recursive: true });
    const found = Object.values(FILES).filter(file => existsSync(join(this.path, file)));
    if (found.length > 0 && !overwrite) this.#refuse(found[0]!);
    for (const file of found) rmSync(join(this.path, file));
    writeFileSync(this.file('plan'), `${JSON.stringify(plan, undefined, 2)}\n`, { flag: 'wx' });
  }

  /**
   * The plan of a lab that is not done.
   *
   * @throws InvalidArgumentError if there is none, or it was begun on another machine or with another RingMQ
   */
  reopen(here: Pick<Plan, 'ringmq' | 'machine'>): Plan {
    if (existsSync(this.file('results'))) {
      throw new InvalidArgumentError(
        `The lab in '${this.path}' is done. To write its report again: ringmq lab report ${this.file('results')}`,
      );
    }
    if (!existsSync(this.file('plan'))) {
      throw new InvalidArgumentError(
        `There is no lab in '${this.path}'. Start one: ringmq lab PRESET --out ${this.path}`,
      );
    }
    const plan = this.#readPlan();
    const changes = differences(plan, here).map(({ fact, a, b }) => `${fact} was ${a} and is ${b}`);
    if (changes.length > 0) {
      throw new InvalidArgumentError(
        `The lab in '${this.path}' cannot be continued here: ${changes.join(', ')}. ` +
          'Continue it where it was begun, or begin another one.',
      );
    }
    return plan;
  }

  /** @throws ZodError if the results are not what their schema says */
  writeResults(results: Results): void {
    writeFileSync(this.file('results'), resultsText(resultsSchema.parse(results)));
  }

  writeReport(report: string, summary: string): void {
    mkdirSync(this.path, { recursive: true });
    writeFileSync(this.file('report'), report);
    writeFileSync(this.file('summary'), summary);
  }

  #readPlan(): Plan {
    try {
      return planSchema.parse(JSON.parse(readFileSync(this.file('plan'), 'utf8')));
    } catch (cause) {
      throw new InvalidArgumentError(
        `'${this.file('plan')}' is no plan that this version of the lab can read. Begin another lab.`,
        { cause },
      );
    }
  }

  #refuse(found: string): never {
    if (found === FILES.plan && !existsSync(this.file('results'))) {
      throw new InvalidArgumentError(
        `There is an unfinished lab in '${this.path}'. Continue it: ringmq lab resume ${this.path}. ` +
          'Or begin it anew with --overwrite.',
      );
    }
    throw new InvalidArgumentError(
      `There is a ${found} in '${this.path}' already. Give another --out, or --overwrite.`,
    );
  }
}

/** One run a line, so that tools which compare files by lines show the runs that differ. */
function resultsText({ runs, ...others }: Results): string {
  const head = JSON.stringify(others, undefined, 2).slice(0, -2);
  const lines = runs.map(run => `    ${JSON.stringify(run)}`).join(',\n');
  return `${head},\n  "runs": [\n${lines}\n  ]\n}\n`;
}
