#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { RingMQError } from '../errors.js';
import { compareCommand } from './compare-command.js';
import { UsageError } from './usage-error.js';

/** Exit code for options and arguments that cannot be. */
const USAGE = 2;

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

const program = new Command('ringmq')
  .description("A message broker inside one Node.js process: RabbitMQ's model over shared memory.")
  .version(version)
  .showSuggestionAfterError(false)
  .exitOverride()
  .addCommand(compareCommand());
for (const command of program.commands) command.copyInheritedSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE; // its message was printed
  } else if (error instanceof UsageError) {
    console.error(`error: ${error.message}`);
    process.exitCode = USAGE;
  } else if (error instanceof RingMQError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
