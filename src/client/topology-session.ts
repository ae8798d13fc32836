import { EventEmitter } from 'node:events';
import type { RingMQError } from '../errors.js';
import type { Operation, QueueInfo, QueueOptions } from '../records/request.js';
import type { Arguments } from '../routing/arguments.js';
import type { ExchangeOptions } from '../routing/declaration.js';
import { checkFlag, checkName, checkOptions, checkTable } from './checks.js';
import type { Message } from './message.js';

/** Events of a session. */
export interface SessionEvents {
  /** A mandatory message came back: no queue took it (AMQP's basic.return, 312 NO_ROUTE). */
  return: [message: Message];
  /** Publishers are held: so many bytes of messages wait that the memory alarm is on. */
  blocked: [];
  /** They go on. */
  unblocked: [];
  /** The router refused a message, because its exchange is gone or internal. Its publisher throws that from now on. */
  refused: [exchange: string, error: RingMQError];
}

/** The part of a session that declares, binds and deletes. */
export abstract class TopologySession extends EventEmitter<SessionEvents> {
  protected abstract ask(operation: Operation): Promise<unknown>;

  /**
   * Declares an exchange; does nothing if the same one exists.
   *
   * @param type `direct`, `fanout`, `topic`, `headers`, `x-consistent-hash` or `x-delayed-message`
   * @throws PreconditionFailedError if one exists that differs, InvalidArgumentError, AccessRefusedError for a name
   * that begins with `amq.`
   */
  async declareExchange(name: string, type: string, options: ExchangeOptions = {}): Promise<void> {
    checkName('The name of the exchange', name);
    checkOptions('declareExchange', options, [
      'alternateExchange',
      'internal',
      'autoDelete',
      'durable',
      'arguments',
    ]);
    for (const flag of ['internal', 'autoDelete', 'durable'] as const) checkFlag(flag, options[flag]);
    if (options.alternateExchange !== undefined) checkName('alternateExchange', options.alternateExchange);
    checkTable('arguments', options.arguments);
    await this.ask({ op: 'declareExchange', name, type, options });
  }

  /** @throws NotFoundError if there is no such exchange */
  async checkExchange(name: string): Promise<void> {
    checkName('The name of the exchange', name);
    await this.ask({ op: 'checkExchange', name });
  }

  /** Deletes an exchange and its bindings; does nothing if there is none. */
  async deleteExchange(name: string, options: { ifUnused?: boolean } = {}): Promise<void> {
    checkName('The name of the exchange', name);
    checkOptions('deleteExchange', options, ['ifUnused']);
    checkFlag('ifUnused', options.ifUnused);
    await this.ask({ op: 'deleteExchange', name, ifUnused: options.ifUnused === true });
  }

  /**
   * Declares a queue; does nothing if the same one exists.
   *
   * @param name empty: the broker makes one up, and the answer says which
   * @param options with `passive` nothing is declared: see checkQueue()
   * @throws PreconditionFailedError if one exists that differs, AccessRefusedError for a name that begins with `amq.`,
   * ResourceLockedError if it is another session's, InvalidArgumentError
   */
  async declareQueue(
    name: string,
    options: QueueOptions & { passive?: boolean | undefined } = {},
  ): Promise<QueueInfo> {
    checkName('The name of the queue', name);
    checkOptions('declareQueue', options, Object.keys(options ?? {})); // which there are, the router knows
    const { passive, ...settings } = options;
    checkFlag('passive', passive);
    if (passive === true) return this.checkQueue(name);
    checkTable('arguments', options.arguments);
    return (await this.ask({ op: 'declareQueue', name, options: settings })) as QueueInfo;
  }

  /**
   * What a queue holds now, without declaring it (AMQP's passive declare).
   *
   * @throws NotFoundError if there is no such queue, ResourceLockedError if it is another session's
   */
  async checkQueue(name: string): Promise<QueueInfo> {
    checkName('The name of the queue', name);
    return (await this.ask({ op: 'checkQueue', name })) as QueueInfo;
  }

  /** Deletes a queue, its bindings and its messages, and returns how many those were. Its consumers end. */
  async deleteQueue(name: string, options: { ifUnused?: boolean; ifEmpty?: boolean } = {}): Promise<number> {
    checkName('The name of the queue', name);
    checkOptions('deleteQueue', options, ['ifUnused', 'ifEmpty']);
    const { ifUnused, ifEmpty } = options;
    checkFlag('ifUnused', ifUnused);
    checkFlag('ifEmpty', ifEmpty);
    const deleted = await this.ask({
      op: 'deleteQueue',
      name,
      ifUnused: ifUnused === true,
      ifEmpty: ifEmpty === true,
    });
    return deleted as number;
  }

  /** Drops the messages that wait in a queue, and returns how many those were. */
  async purgeQueue(name: string): Promise<number> {
    checkName('The name of the queue', name);
    return (await this.ask({ op: 'purgeQueue', name })) as number;
  }

  /** Has messages of `exchange` that match `key` and `bindingArguments` go to `queue`. */
  async bindQueue(
    queue: string,
    exchange: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('bindQueue', queue, exchange, key, bindingArguments);
  }

  /** Removes a binding; key and arguments must be those it was made with. */
  async unbindQueue(
    queue: string,
    exchange: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('unbindQueue', queue, exchange, key, bindingArguments);
  }

  /** Has messages of the exchange `source` that match go to the exchange `destination` as well. */
  async bindExchange(
    destination: string,
    source: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('bindExchange', destination, source, key, bindingArguments);
  }

  /** Removes a binding between exchanges. */
  async unbindExchange(
    destination: string,
    source: string,
    key = '',
    bindingArguments: Arguments = {},
  ): Promise<void> {
    await this.#bind('unbindExchange', destination, source, key, bindingArguments);
  }

  async #bind(
    op: 'bindQueue' | 'unbindQueue' | 'bindExchange' | 'unbindExchange',
    name: string,
    source: string,
    key: string,
    bindingArguments: Arguments,
  ): Promise<void> {
    checkName('The destination of the binding', name);
    checkName('The source of the binding', source);
    checkName('The binding key', key);
    checkTable('arguments', bindingArguments);
    await this.ask({ op, name, source, key, arguments: bindingArguments });
  }
}
