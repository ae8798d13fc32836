import type { Arena } from '../memory/arena.js';
import { BrokerState } from '../memory/layout.js';
import { closeSharedRing } from './shared-rings.js';

/**
 * Ends a broker whose router is gone, in whatever way: it counts as dead unless it was closed, and whoever waits for
 * anything of it wakes up. Several threads may do it, and more than once: the router on its way out, the thread that
 * started the broker, and one that sees that thread die.
 */
export function endBroker(arena: Arena): void {
  arena.setState(BrokerState.DIED);
  arena.closeAll((tag, offset) => closeSharedRing(tag, arena.buffer, offset));
}
