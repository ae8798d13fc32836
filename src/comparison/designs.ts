import type { DispatchName } from '../records/request.js';

/** The designs that are compared, by the names they have everywhere. */
export const DESIGNS = [
  'queue-per-consumer',
  'shared-locked',
  'shared-locked-batched',
  'shared-lock-free',
  'message-port',
  'message-port-packed',
] as const;

export type Design = (typeof DESIGNS)[number];

/** The one that the others are measured against. */
export const REFERENCE: Design = 'shared-locked';

/** The queue's `dispatch`, for the designs that run inside the broker; undefined for those made of ports. */
export function dispatchOf(design: Design): DispatchName | undefined {
  return design === 'message-port' || design === 'message-port-packed' ? undefined : design;
}
