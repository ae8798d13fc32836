import { deepStrictEqual } from 'node:assert/strict';
import type { ModelConsumer } from './model-consumer.js';
import type { Letter } from './model-queue.js';
import { LARGE_BODY, type Of, type Operation, type SessionName, SMALL_BODY } from './operations.js';
import type { SideBySide } from './side-by-side.js';

/** Does what a sequence says, on both sides. What there is nothing to do it to is left out. */
export class Performer {
  readonly #sides: SideBySide;
  #letters = 0;
  #consumers = 0;
  /** Texts of the mandatory messages that no queue took. */
  readonly #returned: Record<SessionName, string[]> = { A: [], B: [] };

  constructor(sides: SideBySide) {
    this.#sides = sides;
  }

  async perform(operation: Operation): Promise<void> {
    const { log } = this.#sides;
    const steps = log.length;
    await this.#perform(operation);
    // What is received was sent before: the broker knows nothing of it.
    if (log.length > steps && operation.does !== 'receive') await this.#sides.compare();
  }

  async #perform(operation: Operation): Promise<void> {
    const sides = this.#sides;
    switch (operation.does) {
      case 'declare': {
        const { by, queue, settings } = operation;
        await sides.both(
          `${by} declares ${queue} ${JSON.stringify(settings)}`,
          model => model.declare(by, queue, settings),
          real => real.declare(by, queue, settings),
        );
        return;
      }
      case 'delete': {
        const { by, queue, ifUnused, ifEmpty } = operation;
        const answer = await sides.both(
          `${by} deletes ${queue}${ifUnused ? ' if unused' : ''}${ifEmpty ? ' if empty' : ''}`,
          model => model.delete(by, queue, ifUnused, ifEmpty),
          real => real.delete(by, queue, ifUnused, ifEmpty),
        );
        deepStrictEqual(answer?.actual, answer?.expected, 'messages deleted');
        return;
      }
      case 'purge': {
        const { by, queue } = operation;
        const answer = await sides.both(
          `${by} purges ${queue}`,
          model => model.purge(by, queue),
          real => real.purge(by, queue),
        );
        deepStrictEqual(answer?.actual, answer?.expected, 'messages purged');
        return;
      }
      case 'bind': {
        const { by, queue, exchange, key } = operation;
        if (!this.#mayBind(queue, exchange)) return;
        await sides.both(
          `${by} binds ${queue} to ${exchange} with ${key}`,
          model => model.bind(by, queue, exchange, key),
          real => real.bind(by, queue, exchange, key),
        );
        return;
      }
      case 'unbind': {
        const { by, queue, exchange, key } = operation;
        await sides.both(
          `${by} unbinds ${queue} from ${exchange} with ${key}`,
          model => model.unbind(by, queue, exchange, key),
          real => real.unbind(by, queue, exchange, key),
        );
        return;
      }
      case 'publish':
        return this.#publish(operation);
      case 'get':
        return this.#get(operation);
      case 'consume':
        return this.#consume(operation);
      case 'receive':
        return this.#withConsumer(operation.consumer, consumer => this.#receive(consumer, operation.count));
      case 'ackAll':
        return this.#withConsumer(operation.consumer, consumer => this.#ackAll(consumer));
      case 'cancel':
        return this.#withConsumer(operation.consumer, consumer => this.#cancel(consumer));
      case 'settle':
        return this.#settle(operation);
      case 'close':
        await this.#close(operation.by);
        this.#sides.real.connect(operation.by);
    }
  }

  /** Receives what was sent to the consumers, and closes the sessions. */
  async leave(): Promise<void> {
    for (const consumer of this.#open()) this.#receive(consumer, consumer.sent.length + 1);
    for (const by of ['A', 'B'] as const) {
      await this.#close(by);
      await this.#sides.compare();
    }
  }

  /**
   * RingMQ leaves it open in which order the queues of a message get it, so also in which order they dead-letter other
   * messages because of that: of the queues of an exchange, only one dead-letters at all.
   */
  #mayBind(name: string, exchange: string): boolean {
    const { model } = this.#sides;
    const deadLetters = (queue: string) => model.queues.get(queue)?.settings.deadLetterExchange !== undefined;
    if (!deadLetters(name)) return true;
    return !model.boundTo(exchange).some(other => other.name !== name && deadLetters(other.name));
  }

  async #publish(operation: Of<'publish'>): Promise<void> {
    const { by, exchange, key, count, confirm, mandatory, priority, expiration, large } = operation;
    const letters = Array.from({ length: count }, (): Letter => {
      const text = `m${++this.#letters}`;
      const bytes = large ? LARGE_BODY : SMALL_BODY;
      return { text, bytes, exchange, key, priority, expiration, deaths: [] };
    });
    const how = [
      confirm && `confirm ${confirm}`,
      mandatory && 'mandatory',
      priority !== undefined && `priority ${priority}`,
      expiration !== undefined && `expiration ${expiration}`,
      large && 'large',
    ];
    const address = `to '${exchange}' with ${key} (${how.filter(Boolean).join(', ') || 'plain'})`;
    const answer = await this.#sides.both(
      `${by} publishes ${letters.map(({ text }) => text).join(' ')} ${address}`,
      model => letters.map(letter => model.publish(letter)),
      real => real.publish(operation, letters),
    );
    const { expected, actual } = answer!;
    const accepted = expected.map(each => each.accepted);
    if (confirm === 'each') deepStrictEqual(actual, accepted, 'accepted');
    if (confirm === 'all') deepStrictEqual(actual, accepted.filter(each => !each).length, 'refused');
    if (!mandatory) return;
    for (const [i, { text }] of letters.entries()) if (!expected[i]!.routed) this.#returned[by].push(text);
  }

  async #get({ by, queue, noAck }: Of<'get'>): Promise<void> {
    const answer = await this.#sides.both(
      `${by} gets from ${queue}${noAck ? ' without acknowledgement' : ''}`,
      model => model.get(by, queue, noAck),
      real => real.get(by, queue, noAck),
    );
    if (answer === undefined) return;
    const { expected, actual } = answer;
    this.#sides.checkMessage(actual, expected, !noAck);
    if (expected !== undefined && !noAck) this.#sides.held.set(expected, actual!);
  }

  async #consume({ by, queue, options }: Of<'consume'>): Promise<void> {
    const name = `c${++this.#consumers}`;
    const { noAck, prefetch, priority, exclusive } = options;
    const how = [
      noAck ? 'no acknowledgement' : `prefetch ${prefetch}`,
      priority !== 0 && `priority ${priority}`,
      exclusive && 'exclusive',
    ];
    const answer = await this.#sides.both(
      `${by} consumes from ${queue} as ${name} (${how.filter(Boolean).join(', ')})`,
      model => model.consume(name, by, queue, options),
      real => real.consume(by, queue, options),
    );
    if (answer === undefined) return;
    answer.actual.on('cancel', () => this.#sides.ended.push(name));
    this.#sides.consumers.set(answer.expected, answer.actual);
  }

  /** Consumers that were not cancelled. */
  #open(): ModelConsumer[] {
    return [...this.#sides.consumers.keys()].filter(consumer => !consumer.cancelled);
  }

  async #withConsumer(number: number, act: (consumer: ModelConsumer) => unknown): Promise<void> {
    const open = this.#open();
    if (open.length > 0) await act(open[number % open.length]!);
  }

  #receive(consumer: ModelConsumer, count: number): void {
    for (let left = count; left > 0; left--) {
      const entry = consumer.receive();
      this.#sides.log.push(`${consumer.name} receives ${entry?.letter.text ?? 'nothing'}`);
      const message = this.#sides.consumers.get(consumer)!.tryReceive();
      this.#sides.checkMessage(message, entry, !consumer.noAck);
      if (entry === undefined) break;
      if (!consumer.noAck) this.#sides.held.set(entry, message!);
    }
    this.#checkUnsettled(consumer);
  }

  /** A consumer knows what it has not settled; who takes single messages need not. */
  #checkUnsettled(consumer: ModelConsumer): void {
    const real = this.#sides.consumers.get(consumer);
    if (real !== undefined) deepStrictEqual(real.unsettled, consumer.unsettled.length, 'unsettled');
  }

  #ackAll(consumer: ModelConsumer): void {
    const last = consumer.unsettled.at(-1);
    if (last === undefined) return;
    this.#sides.log.push(`${consumer.name} acknowledges all`);
    this.#sides.model.settle(consumer, last, 'ack', true);
    this.#sides.consumers.get(consumer)!.ackAll();
    this.#sent(consumer);
  }

  #settle({ message: number, how, multiple }: Of<'settle'>): void {
    const { model, held, log } = this.#sides;
    const choices = model.consumers.flatMap(holder => holder.unsettled.map(entry => ({ holder, entry })));
    if (choices.length === 0) return;
    const { holder, entry } = choices[number % choices.length]!;
    log.push(`${holder.name} settles ${entry.letter.text}${multiple ? ' and all before it' : ''}: ${how}`);
    model.settle(holder, entry, how, multiple);
    const message = held.get(entry)!;
    const requeue = how === 'requeue';
    if (how === 'ack') message.ack({ multiple });
    else if (multiple) message.nack({ requeue, multiple });
    else message.reject({ requeue });
    this.#sent(holder);
  }

  /** What was settled goes to the router now. */
  #sent(holder: ModelConsumer): void {
    this.#checkUnsettled(holder);
    this.#sides.real.session(holder.session).flush();
  }

  async #cancel(consumer: ModelConsumer): Promise<void> {
    const { name, queue, noAck, session, sent } = consumer;
    // Where messages that need no acknowledgement go back to, is said only if no others may come back.
    if (noAck && queue.unacknowledged > 0) this.#receive(consumer, sent.length);
    // The session must have heard of the end of a consumer before it ends it itself, or it is told nothing.
    if (queue.deleted) await this.#sides.real.session(session).sync();
    this.#sides.log.push(`${name} is cancelled`);
    this.#sides.model.cancel(consumer);
    await this.#sides.consumers.get(consumer)!.cancel();
  }

  /** Where it matters what happens in between, consumer by consumer; Session.close() does the same by itself. */
  async #close(by: SessionName): Promise<void> {
    const { model, real, log } = this.#sides;
    const consumers = this.#open().filter(({ session }) => session === by);
    const together = consumers.every(
      ({ noAck, queue }) => !noAck && queue.settings.deadLetterExchange === undefined,
    );
    for (const consumer of consumers) {
      if (together) {
        model.cancel(consumer);
      } else {
        await this.#cancel(consumer);
        await this.#sides.compare();
      }
    }
    deepStrictEqual(await real.returned(by), this.#returned[by].splice(0), 'messages that came back');
    log.push(`${by} closes`);
    model.close(by);
    await real.close(by);
  }
}
