import { dirname } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { cellSchema, DESIGNS, LOCKS, MAX_THREADS } from '../lab/cell.js';
import { formatDuration } from '../lab/duration.js';
import type { Plan } from '../lab/plan.js';
import type { Overrides } from '../lab/presets/overrides.js';
import type { Preset } from '../lab/presets/preset.js';
import { PRESETS } from '../lab/presets/presets.js';
import { SCHEMA_NAMES, schemaText } from '../lab/schemas.js';
import { labCompareCommand } from './lab-compare-command.js';
import { filePlan, presetPlan } from './lab-plans.js';
import { duration, integer, list, oneOf, type Read } from './option-values.js';
import { UsageError } from './usage-error.js';

/** What every lab is told. */
export interface LabOptions {
  readonly out: string;
  readonly time?: number;
  readonly rounds?: number;
  readonly seed?: number;
  readonly overwrite?: boolean;
}

/** What is told besides, where a preset has the cells. */
export interface PresetOptions extends LabOptions, Overrides {
  readonly threads?: number;
}

/** Runs of a cell at most. */
const MOST_ROUNDS = 1000;

export function labCommand(): Command {
  const lab = new Command('lab')
    .description('Measure how contention grows and where the time goes, and write a report about it.')
    .option('--list', 'say what each preset runs on this machine')
    .addHelpText('after', EXPLANATION);
  for (const preset of PRESETS) lab.addCommand(presetCommand(preset));
  for (const command of [custom(), resume(), report(), labCompareCommand(), schema()])
    lab.addCommand(command);
  lab.on('option:list', () => {
    for (const preset of PRESETS) console.log(presetLine(preset));
    throw new CommanderError(0, 'ringmq.list', '');
  });
  lab.on('command:*', ([name]: string[]) => {
    const known = [...PRESETS.map(preset => preset.name), 'custom'].join(', ');
    throw new UsageError(`There is no preset '${name}'. Known are ${known}.`);
  });
  return lab;
}

function presetCommand(preset: Preset): Command {
  const command = withLabOptions(new Command(preset.name).description(preset.description));
  if (preset.asksThreads) {
    command.option(
      '--threads <n>',
      'producers at most, and consumers as many (default: twice the cores)',
      integer(1, MAX_THREADS),
    );
  }
  return command
    .option('--designs <list>', `some of ${DESIGNS.join(', ')}`, list(oneOf('design', DESIGNS)))
    .option(
      '--locks <list>',
      `locks of shared-locked: some of ${LOCKS.join(', ')}`,
      list(oneOf('lock', LOCKS)),
    )
    .addOption(setting('producers'))
    .addOption(setting('consumers'))
    .addOption(setting('body'))
    .addOption(setting('batch'))
    .addOption(setting('work'))
    .addHelpText('after', SHAPES)
    .action((options: PresetOptions) => start(presetPlan(preset, options), options));
}

function custom(): Command {
  return withLabOptions(
    new Command('custom').description('a plan of your own').argument('<file>', 'the plan, JSON'),
  )
    .addHelpText('after', PLAN_FILE)
    .action((file: string, options: LabOptions) => start(filePlan(file, options), options));
}

function withLabOptions(command: Command): Command {
  return command
    .requiredOption('--out <dir>', 'folder for the results and the report')
    .option('--time <duration>', 'what all of it is to take, as 90s, 10m or 1h', duration)
    .option(
      '--rounds <n>',
      'runs of each cell (default: 5, or more if --time allows)',
      integer(1, MOST_ROUNDS),
    )
    .option('--seed <n>', 'decides the order of the runs (default: random)', integer(0, 2 ** 31 - 1))
    .option('--overwrite', 'delete what an earlier lab left in the folder');
}

function resume(): Command {
  return new Command('resume')
    .description('continue a lab that was interrupted')
    .argument('<dir>', 'its folder')
    .action(async (dir: string) => {
      const [{ resumeLab }, { EQUIPMENT }] = await load();
      process.exitCode = await resumeLab(dir, EQUIPMENT);
    });
}

function report(): Command {
  return new Command('report')
    .description('write the report of a results.json again')
    .argument('<file>', 'results of a lab')
    .option('--out <dir>', 'folder for the report (default: that of the file)')
    .action(async (file: string, { out }: { out?: string }) => {
      const [{ writeReport }, { EQUIPMENT }] = await load();
      writeReport(file, out ?? dirname(file), EQUIPMENT);
    });
}

function schema(): Command {
  return new Command('schema')
    .description('print the JSON Schema of results.json or of a plan')
    .argument('<name>', SCHEMA_NAMES.join(' or '), oneOf('schema', SCHEMA_NAMES))
    .action((name: (typeof SCHEMA_NAMES)[number]) => console.log(schemaText(name)));
}

async function start(plan: Plan, { out, overwrite = false }: LabOptions): Promise<void> {
  const [{ startLab }, { EQUIPMENT }] = await load();
  process.exitCode = await startLab(plan, out, overwrite, EQUIPMENT);
}

function load() {
  return Promise.all([import('./lab.js'), import('./lab-equipment.js')]);
}

function setting(name: 'producers' | 'consumers' | 'body' | 'batch' | 'work'): Option {
  const schema = cellSchema.shape[name];
  const read: Read<number> = text => {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be an integer.');
    const { data, error } = schema.safeParse(Number(text));
    if (error === undefined) return data;
    throw new InvalidArgumentError(`${error.issues[0]!.message}.`);
  };
  return new Option(`--${name} <list>`, schema.description).argParser(list(read));
}

function presetLine(preset: Preset): string {
  const { cells, rounds, budgetSeconds } = presetPlan(preset, {});
  const runs = `${cells.length * rounds} runs`.padStart(10);
  return `${preset.name.padEnd(10)}${runs}${formatDuration(budgetSeconds).padStart(8)}  ${preset.description}`;
}

const EXPLANATION = `
Every run is a process of its own. The designs take turns: in each round every cell, that is a design in a shape,
runs once, in a new order. The lab keeps to its time by how long the runs are.

DIR gets results.json, report.html and summary.md; plan.json and runs.jsonl are what a lab needs to be continued.
After Ctrl+C, \`ringmq lab resume DIR\` goes on.

Exit codes: 0 done, 1 a run lost, doubled or reordered messages or failed, 2 bad options, 130 or 143 interrupted.`;

const SHAPES = `
Lists have commas. Without them, the shapes of the preset are run; each list replaces that setting in all of
them, and makes a cell for each of its values:

  ringmq lab quick --producers 3 --consumers 1,2 --body 256 --out DIR`;

const PLAN_FILE = `
The plan has cells that are written out, settings that are varied, or both; what is not given has its default:

  {
    "base": { "body": 256, "work": 500 },
    "cells": [{ "design": "message-port", "batch": 1 }],
    "vary": { "design": ["queue-per-consumer", "shared-locked"], "producers": [1, 2, 4] }
  }

"base" are settings of all cells, "vary" makes a cell for every combination. \`ringmq lab schema plan\` prints all
settings and what they may be.`;
