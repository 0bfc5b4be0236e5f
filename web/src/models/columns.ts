// The columns that the table can have. `sort` is the key that the API orders by, where it can.
import type { Model } from "../api/types";
import { formatBytes, formatCount, formatDate, formatPercent, formatScore, formatSigned } from "../base/format";
import { kindWord, tellingAliases } from "./naming";

// A model of a list, with what it reaches at the classes that the list was asked for.
export type ListedModel = Model & { classes?: Record<string, number> | undefined };

export interface Column {
  key: string;
  title: string;
  sort?: string;
  number?: boolean;
  // In rem.
  width: number;
  text: (model: ListedModel) => string;
  // Of columns that can be compared: the number itself, and how a difference is written.
  value?: (model: ListedModel) => number | null | undefined;
  difference?: (by: number) => string;
}

const points = (by: number): string => formatSigned(100 * by, 1);
const bytes = (by: number): string => `${by < 0 ? "−" : "+"}${formatBytes(Math.abs(by))}`;

const kColumns: readonly Column[] = [
  { key: "type", title: "Type", sort: "type", width: 6, text: (m) => (m.type === "default" ? "Default" : "Custom") },
  { key: "kind", title: "Kind", sort: "kind", width: 8.5, text: (m) => kindWord(m.kind) },
  { key: "version", title: "Version", width: 7, text: (m) => (m.current_version == null ? "–" : `v${m.current_version}${m.current_label ? ` · ${m.current_label}` : ""}`) },
  { key: "aliases", title: "Aliases", width: 12, text: (m) => tellingAliases(m.aliases).map(([alias, version]) => `${alias} → v${version}`).join(", ") },
  { key: "accuracy", title: "Accuracy", sort: "metric.accuracy", number: true, width: 6.5, text: (m) => formatPercent(m.accuracy), value: (m) => m.accuracy, difference: points },
  { key: "f1_score", title: "F1 score", sort: "metric.f1", number: true, width: 6.5, text: (m) => formatScore(m.f1_score), value: (m) => m.f1_score, difference: formatSigned },
  { key: "threshold", title: "Threshold", number: true, width: 6.5, text: (m) => formatScore(m.threshold, 2) },
  { key: "version_count", title: "Versions", sort: "versions", number: true, width: 6, text: (m) => formatCount(m.version_count) },
  { key: "size_bytes", title: "Size", sort: "size", number: true, width: 6.5, text: (m) => formatBytes(m.size_bytes), value: (m) => m.size_bytes, difference: bytes },
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
  return { key, title: name, sort: key, number: true, width: 7, text: (m) => formatScore(m.metrics[name]), value: (m) => m.metrics[name], difference: formatSigned };
}

const kClassPrefix = "class.";
export const kClassMetrics: readonly string[] = ["ap", "f1", "precision", "recall"];

interface ClassKey {
  metric: string;
  name: string;
}

// `class.ap.dog`; a name may hold commas and dots, which the address needs for itself.
function readClassKey(key: string): ClassKey | undefined {
  const [, metric, name] = /^class\.([a-z0-9_]+)\.(.+)$/.exec(key) ?? [];
  return metric && name ? { metric, name: decodeURIComponent(name) } : undefined;
}

export function classesOf(keys: readonly string[]): { metric: string; names: string[] } | undefined {
  const classes = keys.flatMap((key) => readClassKey(key) ?? []);
  return classes[0] && { metric: classes[0].metric, names: classes.map((one) => one.name) };
}

// One list shows one metric of classes: the columns that are there follow the newest.
export function withClass(keys: readonly string[], metric: string, name: string): string[] {
  const keyOf = (one: string) => `${kClassPrefix}${metric}.${encodeURIComponent(one)}`;
  const others = keys.map((key) => { const known = readClassKey(key); return known ? keyOf(known.name) : key; });
  return [...new Set([...others, keyOf(name)])];
}

function classColumn(key: string): Column[] {
  const known = readClassKey(key);
  if (!known) return [];
  const { metric, name } = known;
  return [{ key, title: `${metric === "ap" ? "AP" : metric} ${name}`, sort: `metric.${metric}{class="${name.replace(/"/g, '""')}"}`, number: true, width: 8, text: (m) => formatScore(m.classes?.[name]), value: (m) => m.classes?.[name], difference: formatSigned }];
}

// What sets the model apart from another one, in the words of the column; nothing where there is nothing to compare.
export function differenceOf(column: Column, model: ListedModel, base: ListedModel): string | undefined {
  const [mine, theirs] = [column.value?.(model), column.value?.(base)];
  return typeof mine === "number" && typeof theirs === "number" && column.difference ? column.difference(mine - theirs) : undefined;
}

export function columnsFor(keys: readonly string[]): Column[] {
  return keys.flatMap((key) => {
    const known = kColumns.find((column) => column.key === key);
    if (known) return [known];
    return key.startsWith(kMetricPrefix) ? [metricColumn(key)] : classColumn(key);
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
  return [...kColumns, ...[...metrics].sort().map(metricColumn), ...chosen.flatMap(classColumn)];
}

export function toggleColumn(chosen: readonly string[], key: string): string[] {
  if (chosen.includes(key)) return chosen.filter((one) => one !== key);
  const order = kColumns.map((column) => column.key);
  const place = (one: string) => (order.includes(one) ? order.indexOf(one) : order.length);
  return [...chosen, key].sort((a, b) => place(a) - place(b));
}
