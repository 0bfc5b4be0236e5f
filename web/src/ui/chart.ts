// The arithmetic of a line through a few hundred points; shares of the width and height, so that any size fits.
export interface Point {
  index: number;
  value: number;
  x: number;
  // 0 is the bottom.
  y: number;
}

export interface Chart {
  points: Point[];
  low: number;
  high: number;
}

// Points that lie on the border would be cut in half.
const kMargin = 0.08;

// Absent values leave their place empty. One value, or equal ones, lie in the middle.
export function chartOf(values: ReadonlyArray<number | undefined>): Chart | undefined {
  const known = values.flatMap((value, index) => (value !== undefined && Number.isFinite(value) ? [{ index, value }] : []));
  if (known.length === 0) return undefined;
  const low = Math.min(...known.map((one) => one.value));
  const high = Math.max(...known.map((one) => one.value));
  const steps = Math.max(1, values.length - 1);
  const yOf = (value: number) => (high === low ? 0.5 : kMargin + ((value - low) / (high - low)) * (1 - 2 * kMargin));
  return { low, high, points: known.map(({ index, value }) => ({ index, value, x: values.length === 1 ? 0.5 : index / steps, y: yOf(value) })) };
}

const share = (value: number): string => (value * 100).toFixed(2);

// As `points` of an SVG polyline in a box of 100 by 100.
export const lineOf = ({ points }: Chart): string => points.map((point) => `${share(point.x)},${share(1 - point.y)}`).join(" ");

// Which points get a dot: all of a few; of many those that are marked, and the last.
export function dottedOf({ points }: Chart, isMarked: (index: number) => boolean, most: number): Point[] {
  if (points.length <= most) return points;
  return points.filter((point, at) => at === points.length - 1 || isMarked(point.index));
}

// Words need about this share of the width.
const kRoom = 0.3;

// Which of the marked points say their word below the line, so that neighbours do not cover one another.
export function lowered(marked: readonly Point[]): Set<number> {
  const below = new Set<number>();
  for (const [at, point] of marked.entries()) {
    const before = marked[at - 1];
    if (before && point.x - before.x < kRoom && !below.has(before.index)) below.add(point.index);
  }
  return below;
}
