// Several versions as rows that say where they differ.
import type { Version } from "../api/types";
import { formatBytes, formatDateTime, formatScore, shortDigest } from "../base/format";
import { flatten } from "../model/flatten";
import { isLowerBetter } from "./compare";

export interface Row {
  name: string;
  cells: string[];
  // Not all cells are equal.
  differs: boolean;
  // The columns of the best value, where one is better than another.
  best: readonly number[];
}

export interface Section {
  title: string;
  rows: Row[];
}

export const kMostSides = 5;

const rowOf = (name: string, cells: string[], best: readonly number[] = []): Row => ({ name, cells, differs: new Set(cells).size > 1, best });

function metricRow(name: string, values: ReadonlyArray<number | undefined>): Row {
  const known = values.filter((value) => value !== undefined);
  const top = isLowerBetter(name) ? Math.min(...known) : Math.max(...known);
  const best = new Set(known).size > 1 ? values.flatMap((value, index) => (value === top ? [index] : [])) : [];
  return rowOf(name, values.map((value) => formatScore(value, 4)), best);
}

// Rows for every key that one of them has; who has none shows a dash.
function keyedRows(maps: ReadonlyArray<Map<string, string>>): Row[] {
  const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  return keys.map((key) => rowOf(key, maps.map((map) => map.get(key) ?? "–")));
}

export function sectionsOf(versions: readonly Version[]): Section[] {
  // `f1_score` is `f1` under an older name.
  const metrics = [...new Set(versions.flatMap((one) => Object.keys(one.metrics)))].filter((name, _, names) => name !== "f1_score" || !names.includes("f1")).sort();
  const facts = [
    rowOf("Published", versions.map((one) => formatDateTime(one.created_at))),
    rowOf("By", versions.map((one) => one.created_by || "–")),
    rowOf("Label", versions.map((one) => one.label ?? "–")),
    rowOf("Aliases", versions.map((one) => one.aliases.join(", ") || "–")),
    rowOf("Size", versions.map((one) => formatBytes(one.size_bytes))),
    rowOf("Notes", versions.map((one) => one.notes || "–")),
  ];
  const files = keyedRows(versions.map((one) => new Map((one.files ?? []).map((file) => [file.path, `${shortDigest(file.digest)} · ${formatBytes(file.size_bytes)}`]))));
  const sections = [
    { title: "Metrics", rows: metrics.map((name) => metricRow(name, versions.map((one) => one.metrics[name]))) },
    { title: "Facts", rows: facts },
    { title: "Files", rows: files },
    { title: "Metadata", rows: keyedRows(versions.map((one) => new Map(flatten(one.metadata ?? {})))) },
  ];
  return sections.filter((section) => section.rows.length > 0);
}

// `9,8,7` of an address: numbers or words, each once, at most five.
export const readSides = (text: string | null): string[] => [...new Set((text ?? "").split(",").map((one) => one.trim()).filter(Boolean))].slice(0, kMostSides);
