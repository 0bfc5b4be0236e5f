// What a comparison makes of two numbers, and which rows of a difference are differences.
import { modelApi, parseReference } from "../api/paths";
import type { Diff } from "../api/types";

const kLowerIsBetter = /(^|[_./-])(loss|brier|error|err|far|frr|fpr|fnr|eer|wer|cer|mae|mse|rmse|latency|time|seconds|ms)($|[_./-])/i;

export const isLowerBetter = (metric: string): boolean => kLowerIsBetter.test(metric);

export function verdict(metric: string, from: number | null | undefined, to: number | null | undefined): "better" | "worse" | "same" | undefined {
  if (from == null || to == null) return undefined;
  if (from === to) return "same";
  return to > from !== isLowerBetter(metric) ? "better" : "worse";
}

// The two sides of a difference, as short as they can be told apart: `v3` and `v4`, or `nova v3` and `jarvis v1`.
export function sideNames({ from, to }: Pick<Diff, "from" | "to">): { from: string; to: string } {
  const [left, right] = [parseReference(from), parseReference(to)];
  const short = (side: typeof left, whole: string, withName: boolean) => (side?.version === undefined ? whole : `${withName ? `${side.name} ` : ""}${/^\d+$/.test(side.version) ? "v" : ""}${side.version}`);
  const same = left?.namespace === right?.namespace && left?.name === right?.name;
  return { from: short(left, from, !same), to: short(right, to, !same) };
}

// Where two references are compared. A name without a namespace is looked up by the server.
export function diffRequest(from: string, to: string): { path: string; query: { from: string; to: string } } | undefined {
  const match = /^(?:([^/@]+)\/)?([^/@]+)(?:@(.+))?$/.exec(from.trim());
  if (!match || to.trim() === "") return undefined;
  const [, namespace, name, version = "current"] = match;
  const model = namespace === undefined ? `/api/models/${encodeURIComponent(name!)}` : modelApi({ namespace, name: name! });
  const other = to.trim();
  // The other side is a whole reference even where it names no version: a bare word would be a version of this model.
  return { path: `${model}/diff`, query: { from: version, to: other.includes("@") ? other : `${other}@current` } };
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
