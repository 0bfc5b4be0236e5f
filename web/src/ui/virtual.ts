// The arithmetic of a long list of which only the visible part exists.
export interface Viewport {
  // How far the list's own top has gone above the top of the window.
  scrolled: number;
  height: number;
}

export interface Grid {
  count: number;
  columns: number;
  rowHeight: number;
}

export interface Range {
  first: number;
  // One past the last item.
  end: number;
}

const kSpareRows = 4;

export function visibleRange({ scrolled, height }: Viewport, { count, columns, rowHeight }: Grid): Range {
  const firstRow = Math.max(0, Math.floor(scrolled / rowHeight) - kSpareRows);
  const endRow = Math.ceil((scrolled + height) / rowHeight) + kSpareRows;
  const end = Math.min(count, Math.max(0, endRow) * columns);
  return { first: Math.min(end, firstRow * columns), end };
}

export const totalHeight = ({ count, columns, rowHeight }: Grid): number => Math.ceil(count / columns) * rowHeight;

export const columnsThatFit = (width: number, least: number, gap: number): number => Math.max(1, Math.floor((width + gap) / (least + gap)));

// Where an arrow key leads; undefined for keys that lead nowhere.
export function moveByKey(key: string, index: number, { count, columns }: Grid): number | undefined {
  const steps: Record<string, number> = {
    ArrowRight: columns > 1 ? 1 : 0,
    ArrowLeft: columns > 1 ? -1 : 0,
    ArrowDown: columns,
    ArrowUp: -columns,
    j: columns,
    k: -columns,
    Home: -index,
    End: count - 1 - index,
  };
  const step = steps[key];
  if (step === undefined || step === 0) return undefined;
  const next = index + step;
  return next < 0 || next >= count ? undefined : next;
}
