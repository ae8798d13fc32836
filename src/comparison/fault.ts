import { ENVELOPE_BYTES, SAMPLE_EVERY } from './envelope.js';
import type { Outbox } from './outbox.js';

/** What a design could do wrong. The comparison does it on purpose when asked to, to show that it notices. */
export const FAULTS = ['lose', 'duplicate', 'delay', 'corrupt', 'misroute'] as const;

export type Fault = (typeof FAULTS)[number];

/** Takes the next messages of `outbox` and does `fault` to them. @returns how many messages it took */
export function commit(fault: Fault, outbox: Outbox, send: (key: number, body: Uint8Array) => void): number {
  const index = outbox.stamp();
  const body = outbox.bodies[index]!;
  const key = outbox.keys[index]!;
  switch (fault) {
    case 'lose':
      return 1;
    case 'duplicate':
      send(key, body);
      send(key, body);
      return 1;
    case 'delay': {
      // Behind so many others that each consumer has had one of them.
      const first = body.slice();
      for (let sent = 1; sent < SAMPLE_EVERY; sent++) {
        const next = outbox.stamp();
        send(outbox.keys[next]!, outbox.bodies[next]!);
      }
      send(key, first);
      return SAMPLE_EVERY;
    }
    case 'corrupt': {
      const changed = body.slice();
      const at = Math.min(ENVELOPE_BYTES, changed.length - 1);
      changed[at] = changed[at]! ^ 1;
      send(key, changed);
      return 1;
    }
    case 'misroute': {
      // As many as hold a sample: of the others nobody looks at the routing key, only at the queue.
      send(outbox.keys[(index + 1) % outbox.keys.length]!, body);
      for (let sent = 1; sent < SAMPLE_EVERY; sent++) {
        const next = outbox.stamp();
        send(outbox.keys[(next + 1) % outbox.keys.length]!, outbox.bodies[next]!);
      }
      return SAMPLE_EVERY;
    }
  }
}
