import type { Drawings, Panel } from '../src/lab/report/view.js';
import { init } from './echarts.js';
import type { Paints } from './paints.js';
import { plotMarks, plotOption } from './plot.js';
import { rowsHeight, rowsMarks, rowsOption } from './rows.js';
import type { Mark } from './walk.js';

const PLOT_HEIGHT = 320;

/** One panel, drawn. */
export interface Chart {
  /** Draws it with other colours, for another width, or without some styles. */
  draw(paints: Paints, hidden: ReadonlySet<number>): void;
  marks(): readonly Mark[];
  dispose(): void;
}

export function chartOf(canvas: HTMLElement, panel: Panel, drawings: Drawings): Chart {
  canvas.style.height = `${panel.kind === 'plot' ? PLOT_HEIGHT : rowsHeight(panel)}px`;
  const chart = init(canvas, null, { renderer: 'svg' });
  let marks: readonly Mark[] = [];
  return {
    draw(paints, hidden) {
      chart.resize();
      const scene = { paints, hidden, width: chart.getWidth(), ...drawings };
      chart.setOption(panel.kind === 'plot' ? plotOption(panel, scene) : rowsOption(panel, scene), true);
      const pixels = (x: number, y: number) => chart.convertToPixel({ gridIndex: 0 }, [x, y]);
      marks = panel.kind === 'plot' ? plotMarks(panel, hidden, pixels) : rowsMarks(panel, pixels);
    },
    marks: () => marks,
    dispose: () => chart.dispose(),
  };
}
