/** A point or a bar of a chart, where it stands on the canvas. */
export interface Mark {
  /** Of marks of a line or a row. */
  readonly group: number;
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly round: boolean;
  /** What it says, lines of text. */
  readonly text: readonly string[];
}

/** Pointers may be this far from a mark, in pixels. */
const REACH = 40;

/**
 * Lets the keyboard and the pointer go from mark to mark of a chart. Beside the mark stands what it says; what the
 * keyboard reaches is also said to those who do not see it.
 */
export function walkable(
  element: HTMLElement,
  marks: () => readonly Mark[],
  say: (text: string) => void,
): void {
  const tip = element.appendChild(document.createElement('div'));
  tip.className = 'tip';
  const ring = element.appendChild(document.createElement('div'));
  ring.className = 'ring';
  let current: number | undefined;

  const leave = () => {
    tip.hidden = ring.hidden = true;
  };
  const show = (index: number): Mark => {
    current = index;
    const mark = marks()[index]!;
    tip.hidden = ring.hidden = false;
    tip.replaceChildren(...mark.text.map(lineElement));
    surround(ring, mark);
    putBeside(tip, mark, element);
    return mark;
  };

  leave();
  element.addEventListener('blur', leave);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('pointermove', ({ clientX, clientY }) => {
    const { left, top } = element.getBoundingClientRect();
    const nearest = nearestTo(marks(), clientX - left, clientY - top);
    if (nearest === undefined) leave();
    else show(nearest);
  });
  element.addEventListener('keydown', event => {
    if (event.key === 'Escape') leave();
    const next = goTo(event.key, marks(), current);
    if (next === undefined) return;
    event.preventDefault();
    say(show(next).text.join(', '));
  });
}

/** Where a key leads from the current mark; undefined if it leads nowhere. */
function goTo(key: string, marks: readonly Mark[], current = -1): number | undefined {
  const last = marks.length - 1;
  if (last === -1) return undefined;
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowRight':
      return Math.min(last, current + 1);
    case 'ArrowLeft':
      return Math.max(0, current - 1);
    case 'ArrowUp':
      return inOtherGroup(marks, current, -1);
    case 'ArrowDown':
      return inOtherGroup(marks, current, 1);
    default:
      return undefined;
  }
}

/** The mark of the group before or after, which is the nearest one along the x axis. */
function inOtherGroup(marks: readonly Mark[], current: number, step: 1 | -1): number {
  const from = marks[current];
  if (from === undefined) return 0;
  const groups = [...new Set(marks.map(({ group }) => group))];
  const group = groups[groups.indexOf(from.group) + step];
  const candidates = [...marks.keys()].filter(index => marks[index]!.group === group);
  const far = (index: number) => Math.abs(middle(marks[index]!) - middle(from));
  return candidates.toSorted((a, b) => far(a) - far(b))[0] ?? current;
}

function middle({ x, width }: Mark): number {
  return x + width / 2;
}

function nearestTo(marks: readonly Mark[], x: number, y: number): number | undefined {
  const outside = (at: number, from: number, length: number) => Math.max(from - at, 0, at - from - length);
  let nearest: number | undefined;
  let least = REACH;
  for (const [index, mark] of marks.entries()) {
    const distance = Math.hypot(outside(x, mark.x, mark.width), outside(y, mark.y, mark.height));
    if (distance >= least) continue;
    least = distance;
    nearest = index;
  }
  return nearest;
}

function lineElement(text: string, index: number): HTMLElement {
  const line = document.createElement(index === 0 ? 'strong' : 'span');
  line.textContent = text;
  return line;
}

function surround(ring: HTMLElement, { x, y, width, height, round }: Mark): void {
  ring.classList.toggle('round', round);
  const gap = round ? 5 : 2;
  ring.style.left = `${x - gap}px`;
  ring.style.top = `${y - gap}px`;
  ring.style.width = `${width + 2 * gap}px`;
  ring.style.height = `${height + 2 * gap}px`;
}

/** Above the mark, or below where there is no room; within the chart's width. */
function putBeside(tip: HTMLElement, mark: Mark, { clientWidth }: HTMLElement): void {
  const left = Math.min(Math.max(0, middle(mark) - tip.offsetWidth / 2), clientWidth - tip.offsetWidth);
  const above = mark.y - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${above < -20 ? mark.y + mark.height + 8 : above}px`;
}
