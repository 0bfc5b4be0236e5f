// Metrics over the versions of a model, oldest first.
import { isLowerBetter } from "../compare/compare";
import type { Version } from "../api/types";

export interface Trend {
  name: string;
  values: Array<number | undefined>;
  last: number | undefined;
  // From the version before that has the metric.
  change: number | undefined;
  good: boolean | undefined;
}

// Those that most versions have come first; `f1_score` is `f1` under an older name.
export function trendsOf(oldestFirst: readonly Version[]): Trend[] {
  const counts = new Map<string, number>();
  for (const version of oldestFirst) for (const name of Object.keys(version.metrics)) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.has("f1")) counts.delete("f1_score");
  const names = [...counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b)).map(([name]) => name);
  return names.map((name) => {
    const values = oldestFirst.map((version) => version.metrics[name]);
    const known = values.filter((value) => value !== undefined);
    const last = known.at(-1);
    const before = known.at(-2);
    const change = last === undefined || before === undefined ? undefined : last - before;
    return { name, values, last, change, good: change === undefined || change === 0 ? undefined : change > 0 !== isLowerBetter(name) };
  });
}
