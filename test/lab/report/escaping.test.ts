import { expect, test } from 'vitest';
import { pageHtml } from '#src/lab/report/html.js';
import { viewMarkdown } from '#src/lab/report/markdown.js';
import { viewOf } from '#src/lab/report/report-view.js';
import { results, runsAt, unverifiedRun } from '../build-results.js';

const HOSTILE = `</script><script>alert(1)</script><!--<img src="x" onerror='alert(2)'>&amp; | \`[x](javascript:y)`;

const view = viewOf(
  results([...runsAt([1, 2, 3, 4, 5]), { ...unverifiedRun(5), faults: [HOSTILE] }], {
    preset: HOSTILE,
    machine: {
      cpu: HOSTILE,
      cores: 2,
      memoryBytes: 1,
      platform: HOSTILE,
      kernel: HOSTILE,
      node: HOSTILE,
      v8: HOSTILE,
    },
    skipped: [{ cell: runsAt([1])[0]!.cell, reason: HOSTILE }],
  }),
);

test('no text becomes markup in the page', () => {
  const html = pageHtml(
    { ...view, styles: view.styles.map(style => ({ ...style, name: HOSTILE })) },
    { script: 'SCRIPT', style: 'STYLE' },
  );
  expect(html.match(/<script/g)?.length).toBe(2);
  expect(html.match(/<\/script/g)?.length).toBe(2);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<!--');
  expect(html).toContain('&lt;/script&gt;');
});

test('the drawings are read back as they were', () => {
  const styles = view.styles.map(style => ({ ...style, name: HOSTILE }));
  const html = pageHtml({ ...view, styles }, { script: '', style: '' });
  const json = /<script type="application\/json" id="drawings">(.*?)<\/script>/s.exec(html)![1]!;
  expect(JSON.parse(json).styles[0].name).toBe(HOSTILE);
});

test('no text becomes markup in the summary', () => {
  const markdown = viewMarkdown(view);
  expect(markdown).not.toMatch(/(?<!\\)<script/);
  expect(markdown).not.toMatch(/(?<!\\)\[x\]/);
  // A bar would begin another cell, a line break another row.
  const table = markdown.split('\n').filter(line => line.startsWith('| processor'));
  expect(table.length).toBe(1);
  expect(table[0]!.match(/(?<!\\)\|/g)?.length).toBe(3);
});

test('the policy of the page forbids the network, and allows just its own script and style', () => {
  const html = pageHtml(view, { script: 'SCRIPT', style: 'STYLE' });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    expect.stringMatching(/^script-src 'sha256-[\w+/]{43}='$/),
    expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});
