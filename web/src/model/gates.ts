// What an alias demands of a version before it moves there.
import { ask } from "../api/client";
import { modelApi, type ModelKey } from "../api/paths";
import type { Gates } from "../api/types";

export type Finding = NonNullable<Gates["findings"]>[number];

const address = (model: ModelKey, alias: string): string => `${modelApi(model)}/aliases/${encodeURIComponent(alias)}/gates`;

// With a version, also whether each rule holds for it.
export const getGates = (model: ModelKey, alias: string, version: number | undefined, signal?: AbortSignal): Promise<Gates> =>
  ask<Gates>(address(model, alias), { query: { version }, signal });

export const putGates = (model: ModelKey, alias: string, rules: readonly string[]): Promise<Gates> =>
  ask<Gates>(address(model, alias), { method: "PUT", json: { rules } });

// Rules that make sense here, to begin from: on the data that versions are weighed on where there are any.
export function suggestedRules(alias: string, metrics: readonly string[], data: readonly string[], rules: readonly string[]): string[] {
  const metric = ["accuracy", "f1", "precision", "recall"].find((name) => metrics.includes(name));
  if (metric === undefined) return [];
  const onData = metric === "accuracy" || metric === "f1" ? data.slice(0, 2).map((name) => `${metric} >= ${alias} - 0.01 on ${name}`) : [];
  return [...onData, `${metric} >= ${alias}`, `${metric} >= 0.9`].filter((rule) => !rules.includes(rule));
}

// One line for an alias: how many rules, and whether they hold for the version that one looks at.
export function gatesText(gates: Pick<Gates, "rules" | "holds">, version: number | undefined): string {
  const count = gates.rules.length;
  if (count === 0) return "No rules";
  const rules = count === 1 ? "1 rule" : `${count} rules`;
  if (version === undefined || gates.holds === undefined) return rules;
  return `${rules}, ${gates.holds ? "met" : "not met"} by v${version}`;
}
