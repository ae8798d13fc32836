/**
 * A function that computes its value once for each pair of arguments. Sentences, charts and tables ask for the same
 * intervals, and each is thousands of samples.
 */
export function remember<Key extends object, Other, Value>(
  compute: (key: Key, other: Other) => Value,
): (key: Key, other: Other) => Value {
  const known = new WeakMap<Key, Map<Other, Value>>();
  return (key, other) => {
    const values = known.get(key) ?? new Map<Other, Value>();
    known.set(key, values);
    if (!values.has(other)) values.set(other, compute(key, other));
    return values.get(other)!;
  };
}
