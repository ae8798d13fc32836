import { describe, expect, it } from 'vitest';
import { generate } from '#bench/documents/generate.js';
import type { Cell } from '#src/lab/cell.js';
import type { Results } from '#src/lab/results.js';
import { results, runsAt } from '../lab/build-results.js';

const LOCKED: Partial<Cell> = { design: 'shared-locked', lock: 'futex' };
const ONE_EACH = { producers: 1, consumers: 1 };
const TWO_EACH = { producers: 2, consumers: 2 };
const MEASURED = results([
  ...runsAt([40e6, 41e6, 42e6, 43e6, 44e6], ONE_EACH),
  ...runsAt([20e6, 21e6, 22e6, 20e6, 21e6], { ...ONE_EACH, ...LOCKED }),
  ...runsAt([30e6, 30e6, 30e6, 30e6, 30e6], TWO_EACH),
  ...runsAt([30e6, 31e6, 29e6, 30e6, 30e6], { ...TWO_EACH, ...LOCKED }),
]);

function made(directive: string, path = 'docs/page.md', measured: Results = MEASURED): string {
  const text = generate(
    path,
    `before\n<!-- lab: ${directive} -->\nold\n<!-- /lab -->\nafter\n`,
    () => measured,
  ).text;
  const [, content] = /^before\n<!-- lab: .* -->\n(.*)\n<!-- \/lab -->\nafter\n$/s.exec(text)!;
  return content!;
}

describe('a table in a document', () => {
  it('holds medians and intervals, and marks what is oversubscribed', () => {
    expect(made('values quick of=throughput rows=design columns=threads')).toBe(
      `*throughput, million messages/s*

| design | 1 → 1 | 2 → 2 |
| --- | --: | --: |
| queue-per-consumer | 42.0 (40.0–44.0) | 30.0 (30.0–30.0) \\* |
| shared-locked (futex) | 21.0 (20.0–22.0) | 30.0 (29.0–31.0) \\* |

Medians of 5 rounds, with their 95 % intervals.
[quick.json](lab/results/quick.json), \`npm run lab -- quick --out DIR\`.
\\* *oversubscribed*: more threads than cores.`,
    );
  });

  it('is the same in Korean, with other words', () => {
    const korean = made(
      'values quick of=throughput,fairness rows=design threads=1-1',
      'docs/lessons/page.ko.md',
    );
    expect(korean.split('\n').slice(0, 4)).toEqual([
      '| 설계 | 처리량, 초당 백만 메시지 | 공정성 |',
      '| --- | --: | --: |',
      '| queue-per-consumer | 42.0 (40.0–44.0) | 1.000 (1.000–1.000) |',
      '| shared-locked (futex) | 21.0 (20.0–22.0) | 1.000 (1.000–1.000) |',
    ]);
    expect(korean).toContain('[quick.json](../lab/results/quick.json)');
  });

  it('compares round by round, and prints a difference in bold if it is shown', () => {
    const lines = made(
      'ratios quick of=throughput rows=design columns=threads to=design:queue-per-consumer',
    ).split('\n');
    expect(lines[0]).toBe('*throughput over that of queue-per-consumer*');
    expect(lines[4]).toBe('| shared-locked (futex) | **0.500 (0.465–0.524)** | 1.00 (0.967–1.03) \\* |');
    expect(lines.at(-1)).toContain('Bold:');
  });

  it('leaves out runs that were not verified, and cells that were not measured', () => {
    const [first, ...others] = runsAt([1e6, 2e6, 3e6], TWO_EACH);
    const lines = made('values quick of=throughput,p99 rows=design', 'docs/page.md', {
      ...MEASURED,
      runs: [{ ...first!, verified: false }, ...others],
    }).split('\n');
    expect(lines[2]).toBe('| queue-per-consumer | 2.50 (2.00–3.00) \\* | – |');
  });

  it('names the plan of a lab of its own', () => {
    const custom = { ...MEASURED, preset: 'custom' };
    expect(made('values locks of=throughput rows=design,threads', 'docs/page.md', custom)).toContain(
      'npm run lab -- custom docs/lessons/plans/locks.json --out DIR',
    );
  });

  it('says where it was measured', () => {
    const table = made('machine quick');
    expect(table).toContain('| processor | CPU, 2 cores |');
    expect(table).toContain('| runs | 20 of 20 verified |');
    expect(made('machine quick', 'docs/page.ko.md')).toContain('| 프로세서 | CPU, 코어 2개 |');
  });
});

describe('a table that cannot be made', () => {
  it.each([
    ['values quick of=throughput rows=design', 'several cells are meant: choose by producers, consumers'],
    ['values quick of=speed rows=design', "there is no metric 'speed'"],
    ['values quick of=throughput rows=colour', "there is no field 'colour'"],
    ['values quick of=throughput rows=design batch=7', 'no cell has {"batch":"7"}'],
    ['values quick of=throughput rows=design threads', "'threads' is not NAME=VALUE"],
    ['values quick rows=design', 'of= and rows= are needed'],
    ['ratios quick of=throughput rows=threads to=batch:7', 'no cell has batch=7'],
    ['picture quick', "there is no 'picture'"],
  ])('%s: %s', (directive, message) => {
    expect(() => made(directive)).toThrow(`docs/page.md:2: ${message}`);
  });

  it('says if it has no end', () => {
    const text = 'one\n<!-- lab: machine quick -->\n';
    expect(() => generate('docs/page.md', text, () => MEASURED)).toThrow(
      'docs/page.md:2: it has no <!-- /lab -->',
    );
    const two = `${text}<!-- lab: machine quick -->\n<!-- /lab -->\n`;
    expect(() => generate('docs/page.md', two, () => MEASURED)).toThrow(
      'docs/page.md:2: it has no <!-- /lab -->',
    );
  });
});
