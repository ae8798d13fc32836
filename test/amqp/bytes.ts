/** Bytes written as in a specification: hexadecimal digits, and text in quotes. `hex('0003 53 "abc"')`. */
export function hex(notation: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, text, digits] of notation.matchAll(/"([^"]*)"|([0-9a-f]{2})/g)) {
    if (digits !== undefined) bytes.push(Number.parseInt(digits, 16));
    else bytes.push(...new TextEncoder().encode(text));
  }
  return Uint8Array.from(bytes);
}

/** The error that `action` throws; fails where it throws none. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
