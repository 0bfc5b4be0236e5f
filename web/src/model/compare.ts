// What a comparison makes of two numbers, and which rows of a difference are differences.
import type { Diff } from "../api/types";

const kLowerIsBetter = /(^|[_./-])(loss|error|err|far|frr|fpr|fnr|eer|wer|cer|mae|mse|rmse|latency|time|seconds|ms)($|[_./-])/i;

export const isLowerBetter = (metric: string): boolean => kLowerIsBetter.test(metric);

export function verdict(metric: string, from: number | null | undefined, to: number | null | undefined): "better" | "worse" | "same" | undefined {
  if (from == null || to == null) return undefined;
  if (from === to) return "same";
  return to > from !== isLowerBetter(metric) ? "better" : "worse";
}

// The server may name a side by its number or by a whole reference.
export function sideName(side: string): string {
  const number = /^(?:.*@)?(\d+)$/.exec(side)?.[1];
  return number === undefined ? side : `v${number}`;
}

export interface Counts {
  files: number;
  metadata: number;
  metrics: number;
  tensors: number;
}

export function differences(diff: Diff): Counts {
  const counts = diff.tensor_counts;
  return {
    files: diff.files.filter((file) => file.change !== "same").length,
    metadata: diff.metadata.length,
    metrics: diff.metrics.filter((metric) => metric.from !== metric.to).length,
    tensors: counts ? (counts.changed ?? 0) + (counts.added ?? 0) + (counts.gone ?? 0) : diff.tensors.filter((tensor) => tensor.change !== "same").length,
  };
}
