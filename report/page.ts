// The script of a lab's report: it draws the charts that the page describes, and lets people walk through them.
import type { Drawings } from '../src/lab/report/view.js';
import { figureOnPage } from './figure.js';
import { currentPaints } from './paints.js';
import { followTheme } from './theme.js';

const drawings: Drawings = JSON.parse(document.getElementById('drawings')!.textContent);
const live = document.getElementById('live')!;

const figures = [...document.querySelectorAll<HTMLElement>('[data-figure]')].map(place =>
  figureOnPage(place, drawings.figures[place.dataset['figure']!]!, drawings, drawAll, text => {
    live.textContent = text;
  }),
);

function drawAll(): void {
  const paints = currentPaints();
  for (const figure of figures) figure.draw(paints);
}

followTheme(document.querySelector<HTMLButtonElement>('#theme')!, drawAll);

const main = document.getElementById('main')!;
let { width } = main.getBoundingClientRect();
new ResizeObserver(() => {
  const now = main.getBoundingClientRect().width;
  if (now === width) return;
  width = now;
  drawAll();
}).observe(main);

document.documentElement.dataset['ready'] = 'true';
