// What an evaluation found, in the shape that the contract describes in words.
import type { Evaluation } from "../api/types";

export interface ClassFigures {
  label: string;
  precision: number;
  recall: number;
  f1: number;
  // Items that are of this label.
  support: number;
}

export interface Cell {
  actual: string;
  predicted: string;
  count: number;
}

export interface Bin {
  lower: number;
  upper: number;
  items: number;
  confidence: number;
  accuracy: number;
}

export interface Interval {
  lower: number;
  upper: number;
}

export interface Summary {
  accuracy: number;
  macro_f1: number;
  calibration_error?: number;
  intervals?: { accuracy?: Interval; macro_f1?: Interval };
  latency_ms?: { p50: number; p95: number };
  overlap?: { items: number; share: number };
  warnings?: Array<{ code: string; message: string }>;
  // Not in lists.
  classes?: ClassFigures[];
  confusion?: Cell[];
  reliability?: Bin[];
}

export const summaryOf = (evaluation: Evaluation): Summary => evaluation.summary as unknown as Summary;

export const dataName = (evaluation: Evaluation): string => evaluation.data.name || (evaluation.data.digest ?? "").replace("sha256:", "").slice(0, 12);

export type Order = "worst" | "name" | "items";

// The worst come first: they are what to look after. Labels without items say nothing of recall.
export function orderClasses(classes: readonly ClassFigures[], order: Order): ClassFigures[] {
  const byName = (a: ClassFigures, b: ClassFigures) => a.label.localeCompare(b.label);
  const by: Record<Order, (a: ClassFigures, b: ClassFigures) => number> = {
    worst: (a, b) => Number(a.support === 0) - Number(b.support === 0) || a.f1 - b.f1 || b.support - a.support || byName(a, b),
    name: byName,
    items: (a, b) => b.support - a.support || byName(a, b),
  };
  return [...classes].sort(by[order]);
}
