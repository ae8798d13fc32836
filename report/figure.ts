import type { Drawings, Figure, Panel } from '../src/lab/report/view.js';
import { type Chart, chartOf } from './chart.js';
import type { Paints } from './paints.js';
import { walkable } from './walk.js';

/** The charts of a section. */
export interface FigureOnPage {
  draw(paints: Paints): void;
}

/**
 * Fills the place that the page has for the charts of a section, and brings its switches to life.
 *
 * @param say tells those who do not see the charts
 */
export function figureOnPage(
  place: HTMLElement,
  figure: Figure,
  drawings: Drawings,
  redraw: () => void,
  say: (text: string) => void,
): FigureOnPage {
  place.hidden = false;
  const panels = place.querySelector<HTMLElement>('.panels')!;
  const hidden = new Set<number>();
  let charts: Chart[] = [];

  const showFrame = (index: number) => {
    for (const chart of charts) chart.dispose();
    panels.replaceChildren();
    panels.dataset['count'] = String(figure.frames[index]!.panels.length);
    charts = figure.frames[index]!.panels.map(panel => {
      const { canvas, walked } = addPanel(panels, panel, place.ariaLabel ?? '');
      const chart = chartOf(canvas, panel, drawings);
      walkable(walked, () => chart.marks(), say);
      return chart;
    });
  };

  showFrame(figure.first);
  const choice = place.querySelector('select');
  choice?.addEventListener('change', () => {
    showFrame(Number(choice.value));
    redraw();
  });
  for (const button of place.querySelectorAll<HTMLElement>('button[data-style]')) {
    button.addEventListener('click', () => {
      const style = Number(button.dataset['style']);
      const shown = hidden.delete(style) || !hidden.add(style);
      button.ariaPressed = String(shown);
      redraw();
    });
  }
  return {
    draw: paints => {
      for (const chart of charts) chart.draw(paints, hidden);
    },
  };
}

/** The title, the name of the y axis, the canvas, the name of the x axis. */
function addPanel(panels: HTMLElement, panel: Panel, figure: string) {
  const box = add(panels, 'div', 'panel');
  if (panel.title !== '') add(box, 'h3', '').textContent = panel.title;
  if (panel.kind === 'plot') add(box, 'p', 'axis').textContent = panel.y.name;
  const walked = add(box, 'div', 'chart');
  walked.tabIndex = 0;
  walked.role = 'application';
  walked.ariaRoleDescription = 'chart';
  walked.ariaLabel = `${[figure, panel.title].filter(text => text !== '').join(', ')}. The arrow keys walk through it.`;
  const canvas = add(walked, 'div', 'canvas');
  canvas.ariaHidden = 'true';
  if (panel.x.name !== '') add(box, 'p', 'axis x').textContent = panel.x.name;
  return { canvas, walked };
}

function add(parent: HTMLElement, tag: 'div' | 'h3' | 'p', className: string): HTMLElement {
  const element = parent.appendChild(document.createElement(tag));
  element.className = className;
  return element;
}
