#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InvalidArgumentError, RingMQError } from '../errors.js';
import { compareCommand } from './compare-command.js';
import { labCommand } from './lab-command.js';
import { UsageError } from './usage-error.js';
import { VERSION } from './version.js';

/** Exit code for options and arguments that cannot be. */
const USAGE = 2;

const program = new Command('ringmq')
  .description("A message broker inside one Node.js process: RabbitMQ's model over shared memory.")
  .version(VERSION)
  .showSuggestionAfterError(false)
  .exitOverride()
  .addCommand(compareCommand())
  .addCommand(labCommand());
inheritSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE; // its message was printed
  } else if (error instanceof UsageError || error instanceof InvalidArgumentError) {
    console.error(`error: ${error.message}`);
    process.exitCode = USAGE;
  } else if (error instanceof RingMQError) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}

function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
}
