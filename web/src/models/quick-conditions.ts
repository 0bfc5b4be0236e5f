// Conditions that one can add by a click, out of what the models in sight have.
import { kKinds, type Model } from "../api/types";
import type { Known } from "./filter-language";
import { tagCondition } from "./filter-state";
import { kindWord } from "./naming";

export interface Quick {
  title: string;
  condition: string;
}

const kMost = 14;
const kMonthMs = 30 * 86_400_000;
const quote = (text: string): string => `'${text.replace(/'/g, "''")}'`;

export function quickConditions(models: readonly Model[], known: Known, filter: string, now: number): Quick[] {
  const kinds = new Set(models.map((model) => model.kind));
  const all: Quick[] = [
    ...kKinds.filter((kind) => kinds.has(kind)).map((kind) => ({ title: kindWord(kind), condition: `kind = ${quote(kind)}` })),
    ...known.aliases.filter((alias) => alias !== "current").map((alias) => ({ title: alias, condition: `alias = ${quote(alias)}` })),
    ...(known.metrics.includes("f1") ? [{ title: "F1 from 0.9", condition: "metric.f1 >= 0.9" }] : []),
    ...(known.metrics.includes("accuracy") ? [{ title: "Accuracy from 95 %", condition: "metric.accuracy >= 0.95" }] : []),
    { title: "Of the last 30 days", condition: `created_at >= ${new Date(now - kMonthMs).toISOString().slice(0, 10)}` },
    { title: "Over 100 MB", condition: "size > 100MB" },
    ...(models.some((model) => model.pinned) ? [{ title: "Pinned", condition: "pinned = true" }] : []),
    ...Object.entries(known.tags).flatMap(([key, values]) => values.map((value) => ({ title: `${key} = ${value}`, condition: tagCondition(key, value) }))),
  ];
  return all.filter((quick) => !filter.includes(quick.condition)).slice(0, kMost);
}
