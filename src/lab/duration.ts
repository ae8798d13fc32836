const UNITS = { h: 3600, m: 60, s: 1 } as const;

/** `1h`, `10m`, `1m30s` as seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (match === null || text === '') return undefined;
  const [, hours = 0, minutes = 0, seconds = 0] = match;
  return Number(hours) * UNITS.h + Number(minutes) * UNITS.m + Number(seconds);
}

/** Seconds, rounded up, as parseDuration() reads them. */
export function formatDuration(seconds: number): string {
  let rest = Math.ceil(seconds);
  let text = '';
  for (const [unit, length] of Object.entries(UNITS)) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text === '' ? '0s' : text;
}
