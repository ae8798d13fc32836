/** What the system said, without the rest: of `ENOENT: no such file or directory, open 'x'` it is the middle. */
export function systemErrorReason(error: unknown): string {
  return (error as Error).message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/s, '');
}
