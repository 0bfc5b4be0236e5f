// What was taken for what, so that it can be read for three labels and for a hundred and fifty.
import type { Cell } from "./summary";

export interface Mistake extends Cell {
  // Of the items that are of `actual`.
  share: number;
}

function totals(cells: readonly Cell[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { actual, count } of cells) sums.set(actual, (sums.get(actual) ?? 0) + count);
  return sums;
}

// The most frequent first.
export function mistakesOf(cells: readonly Cell[]): Mistake[] {
  const sums = totals(cells);
  return cells
    .filter((cell) => cell.actual !== cell.predicted && cell.count > 0)
    .map((cell) => ({ ...cell, share: cell.count / sums.get(cell.actual)! }))
    .sort((a, b) => b.count - a.count || b.share - a.share || a.actual.localeCompare(b.actual));
}

export interface Matrix {
  labels: string[];
  // Labels that are not among them, in one.
  others: number;
  // A row for each label and what it was taken for; the last column holds the others where there are any.
  rows: number[][];
  totals: number[];
}

// All labels where they fit; of more, those that most mistakes are about.
export function matrixOf(cells: readonly Cell[], labels: readonly string[], most: number): Matrix {
  const chosen = labels.length <= most ? [...labels] : mostConfused(cells, labels, most);
  const place = new Map(chosen.map((label, index) => [label, index]));
  const others = labels.length - chosen.length;
  const width = chosen.length + (others > 0 ? 1 : 0);
  const rows = chosen.map(() => new Array<number>(width).fill(0));
  for (const { actual, predicted, count } of cells) {
    const row = place.get(actual);
    if (row === undefined) continue;
    rows[row]![place.get(predicted) ?? width - 1]! += count;
  }
  return { labels: chosen, others, rows, totals: rows.map((row) => row.reduce((sum, count) => sum + count, 0)) };
}

// Beside one another what is taken for one another: each label follows the one it is confused with most.
function mostConfused(cells: readonly Cell[], labels: readonly string[], most: number): string[] {
  const chosen: string[] = [];
  const add = (label: string) => { if (chosen.length < most && !chosen.includes(label)) chosen.push(label); };
  for (const { actual, predicted } of mistakesOf(cells)) {
    if (chosen.length >= most) break;
    add(actual);
    add(predicted);
  }
  for (const label of labels) add(label);
  return chosen;
}

export interface Shift {
  actual: string;
  predicted: string;
  from: number;
  to: number;
  change: number;
}

// Which cells of the matrix two versions fill differently, the largest change first; mistakes only.
export function shiftsOf(cells: ReadonlyArray<{ actual?: string; predicted?: string; from?: number; to?: number }>): Shift[] {
  return cells
    .map(({ actual = "", predicted = "", from = 0, to = 0 }) => ({ actual, predicted, from, to, change: to - from }))
    .filter((shift) => shift.change !== 0 && shift.actual !== shift.predicted)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.change - b.change || a.actual.localeCompare(b.actual));
}

// The difference of two matrices: for each cell, how much more often the later version does it. The labels that changed most.
export function differenceOf(cells: readonly Shift[], all: ReadonlyArray<{ actual?: string; predicted?: string; from?: number; to?: number }>, most: number): { labels: string[]; rows: number[][] } {
  const labels = mostConfused(cells.map(({ actual, predicted, change }) => ({ actual, predicted, count: Math.abs(change) })), [], most);
  const place = new Map(labels.map((label, index) => [label, index]));
  const rows = labels.map(() => new Array<number>(labels.length).fill(0));
  for (const { actual = "", predicted = "", from = 0, to = 0 } of all) {
    const [row, column] = [place.get(actual), place.get(predicted)];
    if (row !== undefined && column !== undefined) rows[row]![column] = to - from;
  }
  return { labels, rows };
}
