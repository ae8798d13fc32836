import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { MailboxMemory } from '#src/memory/mailbox.js';
import { MailboxReader } from '#src/memory/mailbox-reader.js';

// terminate() lands anywhere in the writer's loop. Survivors write beside the victims all the while.

const VICTIMS = 100;
const AT_A_TIME = 2;
const SURVIVORS = 2;
const WATCHDOG_MS = 45_000;

const workers = new Set<Worker>();
afterAll(async () => {
  await Promise.all([...workers].map(worker => worker.terminate()));
});

function start(workerData: Record<string, unknown>): Worker {
  const worker = new Worker(new URL('./fixtures/enqueue.mjs', import.meta.url), { workerData });
  workers.add(worker);
  worker.on('exit', () => workers.delete(worker));
  return worker;
}

test(`${VICTIMS} writers terminated in the middle: the ring goes on, survivors' records arrive in order`, async () => {
  const buffer = MailboxMemory.standalone(1024, SURVIVORS + AT_A_TIME);
  const memory = MailboxMemory.attach(buffer, 0);
  const reader = new MailboxReader(memory);
  const last = new Map<number, number>();
  let recovered = 0;
  let stop = false;
  let fault: string | undefined;

  function drain(): void {
    do {
      while (reader.open()) check();
      reader.release();
    } while (skipDead());
  }

  function skipDead(): boolean {
    if (!reader.recover()) return false;
    recovered++;
    reader.release();
    return true;
  }

  function check(): void {
    for (let at = reader.at, left = reader.count; left > 0; left--) {
      const id = reader.words[at + 1]!;
      const number = reader.words[at + 2]!;
      const expected = (last.get(id) ?? -1) + 1;
      if (number !== expected) fault ??= `Writer ${id}: record ${number} instead of ${expected}`;
      last.set(id, number);
      at += 2 + (reader.words[at]! >>> 2);
    }
  }

  const reading = (async () => {
    while (!stop && fault === undefined) {
      drain();
      await new Promise(resolve => setImmediate(resolve));
    }
  })();

  const watchdog = setTimeout(() => {
    fault ??= `Stuck: nothing moves at ${reader.position}, TAIL ${memory.tail}`;
    for (const worker of workers) void worker.terminate();
  }, WATCHDOG_MS);

  const survivors = Array.from({ length: SURVIVORS }, (_, id) =>
    start({ buffer, slot: memory.attachWriter(id), id, batch: 3 }),
  );
  await Promise.all(survivors.map(worker => once(worker, 'message')));

  async function kill(from: number): Promise<void> {
    for (let i = from; i < VICTIMS && fault === undefined; i += AT_A_TIME) {
      const thread = 1000 + i;
      const slot = memory.attachWriter(thread);
      expect(slot).toBeGreaterThanOrEqual(0);
      const victim = start({ buffer, slot, id: thread, batch: 1 + (i % 4) });
      await Promise.race([once(victim, 'message'), once(victim, 'exit')]);
      await victim.terminate();
      expect(memory.markDead(thread)).toBe(1);
      // Its slot may go to another once the mailbox was read up to where TAIL stands now.
      const until = memory.tail;
      while (((reader.position - until) | 0) < 0 && fault === undefined) {
        await new Promise(resolve => setImmediate(resolve));
      }
      memory.detachWriter(slot);
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, i) => kill(i)));

  // Survivors still write: wait for ten thousand more of each, then end.
  const goal = Array.from({ length: SURVIVORS }, (_, id) => (last.get(id) ?? 0) + 10_000);
  while (fault === undefined && goal.some((number, id) => (last.get(id) ?? 0) < number)) {
    await new Promise(resolve => setImmediate(resolve));
  }
  memory.close();
  await Promise.all(survivors.map(worker => worker.terminate()));
  stop = true;
  await reading;
  clearTimeout(watchdog);
  expect(fault).toBeUndefined();
  console.log(`${recovered} of ${VICTIMS} left a claimed frame that was never committed`);
}, 60_000);
