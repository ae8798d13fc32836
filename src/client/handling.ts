/** A consumer of this thread, which may be in the middle of handling messages. */
export interface Handling {
  readonly handling: boolean;
}

const consumers = new Set<Handling>();

export function addHandling(consumer: Handling): void {
  consumers.add(consumer);
}

export function removeHandling(consumer: Handling): void {
  consumers.delete(consumer);
}

/** True if a consumer of this thread has received a message that it is not done with. */
export function isHandling(): boolean {
  for (const consumer of consumers) if (consumer.handling) return true;
  return false;
}
