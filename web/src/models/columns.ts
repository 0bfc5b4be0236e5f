// The columns that the table can have. `sort` is the key that the API orders by, where it can.
import type { Model } from "../api/types";
import { formatBytes, formatCount, formatDate, formatPercent, formatScore } from "../base/format";
import { kindWord, tellingAliases } from "./naming";

export interface Column {
  key: string;
  title: string;
  sort?: string;
  number?: boolean;
  // In rem.
  width: number;
  text: (model: Model) => string;
}

const kColumns: readonly Column[] = [
  { key: "type", title: "Type", sort: "type", width: 6, text: (m) => (m.type === "default" ? "Default" : "Custom") },
  { key: "kind", title: "Kind", sort: "kind", width: 8.5, text: (m) => kindWord(m.kind) },
  { key: "version", title: "Version", width: 7, text: (m) => (m.current_version == null ? "–" : `v${m.current_version}${m.current_label ? ` · ${m.current_label}` : ""}`) },
  { key: "aliases", title: "Aliases", width: 12, text: (m) => tellingAliases(m.aliases).map(([alias, version]) => `${alias} → v${version}`).join(", ") },
  { key: "accuracy", title: "Accuracy", sort: "metric.accuracy", number: true, width: 6.5, text: (m) => formatPercent(m.accuracy) },
  { key: "f1_score", title: "F1 score", sort: "metric.f1", number: true, width: 6.5, text: (m) => formatScore(m.f1_score) },
  { key: "threshold", title: "Threshold", number: true, width: 6.5, text: (m) => formatScore(m.threshold, 2) },
  { key: "version_count", title: "Versions", sort: "versions", number: true, width: 6, text: (m) => formatCount(m.version_count) },
  { key: "size_bytes", title: "Size", sort: "size", number: true, width: 6.5, text: (m) => formatBytes(m.size_bytes) },
  { key: "formats", title: "Formats", width: 9, text: (m) => m.formats.join(", ") },
  { key: "tags", title: "Tags", width: 12, text: (m) => Object.entries(m.tags).map(([key, value]) => `${key}=${value}`).join(", ") },
  { key: "licence", title: "Licence", width: 8, text: (m) => m.licence ?? "–" },
  { key: "created_at", title: "Created", sort: "created_at", width: 7.5, text: (m) => formatDate(m.created_at) },
  { key: "updated_at", title: "Changed", sort: "updated_at", width: 7.5, text: (m) => formatDate(m.updated_at) },
];

const kMetricPrefix = "metric.";
// Metrics that have a column already, under one name or two.
const kOwnColumn = new Set(["accuracy", "f1", "f1_score"]);

function metricColumn(key: string): Column {
  const name = key.slice(kMetricPrefix.length);
  return { key, title: name, sort: key, number: true, width: 7, text: (m) => formatScore(m.metrics[name]) };
}

export function columnsFor(keys: readonly string[]): Column[] {
  return keys.flatMap((key) => {
    const known = kColumns.find((column) => column.key === key);
    if (known) return [known];
    return key.startsWith(kMetricPrefix) ? [metricColumn(key)] : [];
  });
}

// What can be chosen: the fixed ones, those chosen already, and the metrics of the models in sight.
export function columnChoices(chosen: readonly string[], models: ReadonlyArray<Model | undefined>): Column[] {
  const metrics = new Set<string>(chosen.filter((key) => key.startsWith(kMetricPrefix)));
  for (const model of models) {
    for (const name of Object.keys(model?.metrics ?? {})) {
      if (!kOwnColumn.has(name)) metrics.add(kMetricPrefix + name);
    }
  }
  return [...kColumns, ...[...metrics].sort().map(metricColumn)];
}

export function toggleColumn(chosen: readonly string[], key: string): string[] {
  if (chosen.includes(key)) return chosen.filter((one) => one !== key);
  const order = kColumns.map((column) => column.key);
  const place = (one: string) => (order.includes(one) ? order.indexOf(one) : order.length);
  return [...chosen, key].sort((a, b) => place(a) - place(b));
}
