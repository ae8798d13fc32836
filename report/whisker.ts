/** Pixels from the line to the ends of the bars across it. */
const ACROSS = 3;

/** A line between two ends that differ in one coordinate, each with a bar across. Nothing without ends. */
export function whisker(
  ends: readonly (readonly number[])[],
  along: 'x' | 'y',
  stroke: string,
  lineWidth = 1.5,
) {
  const [low, high] = ends;
  if (low === undefined || high === undefined) return [];
  const line = (from: readonly number[], to: readonly number[]) => ({
    type: 'line' as const,
    shape: { x1: from[0]!, y1: from[1]!, x2: to[0]!, y2: to[1]! },
    style: { stroke, lineWidth },
  });
  const beside = ([x, y]: readonly number[], by: number) => (along === 'x' ? [x!, y! + by] : [x! + by, y!]);
  const bar = (end: readonly number[]) => line(beside(end, -ACROSS), beside(end, ACROSS));
  return [line(low, high), bar(low), bar(high)];
}
