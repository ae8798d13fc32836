import { type Cell, cellKey } from './cell.js';

/** The keys of cells, parted into what all of them have and what is left; the design stays. */
export function cellNames(cells: readonly Cell[]): { common: string; names: string[] } {
  const keys = cells.map(cell => cellKey(cell).split(', '));
  const same = (part: string, place: number) => place > 0 && keys.every(key => key[place] === part);
  return {
    common: (keys[0] ?? []).filter(same).join(', '),
    names: keys.map(key => key.filter((part, place) => !same(part, place)).join(', ')),
  };
}
