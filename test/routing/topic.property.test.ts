import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topic } from '#src/routing/topic.js';
import { topicMatches, words } from './naive-topology.js';

const pattern = fc
  .array(fc.constantFrom('a', 'b', 'ab', '', '*', '#', '#'), { maxLength: 6 })
  .map(parts => parts.join('.'));
const key = fc
  .array(fc.constantFrom('a', 'b', 'ab', '', 'c', '*'), { maxLength: 6 })
  .map(parts => parts.join('.'));

test('the trie finds what a recursive matcher finds, while patterns come and go', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 12 }),
      fc.array(fc.record({ key, flip: fc.nat() }), { maxLength: 12 }),
      (patterns, steps) => {
        const bindings = patterns.map((text, id) => ({
          id,
          key: text,
          arguments: {},
          destination: {},
          place: 0,
          bound: true,
        }));
        const matcher = topic.createMatcher<(typeof bindings)[number]>({});
        for (const binding of bindings) matcher.add(binding);

        for (const step of steps) {
          const matched: typeof bindings = [];
          matcher.match(step.key, undefined, matched);
          const expected = bindings.filter(
            binding => binding.bound && topicMatches(words(binding.key), words(step.key)),
          );
          expect(matched.map(binding => binding.id).sort()).toEqual(
            expected.map(binding => binding.id).sort(),
          );

          const flipped = bindings[step.flip % bindings.length]!;
          flipped.bound = !flipped.bound;
          if (flipped.bound) matcher.add(flipped);
          else matcher.remove(flipped);
        }
      },
    ),
    { numRuns: 6000 },
  );
});
