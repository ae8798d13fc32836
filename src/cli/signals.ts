const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Does something else than end the process at the first SIGINT or SIGTERM, until disposed of; a second one ends it. */
export function onSignal(action: (signal: NodeJS.Signals) => void): Disposable {
  const heard = (signal: NodeJS.Signals): void => {
    forget();
    action(signal);
  };
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, heard);
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return { [Symbol.dispose]: forget };
}
