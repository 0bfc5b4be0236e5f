// What the record of a wake word says of its training, and what another threshold would cost.
import type { Version } from "../api/types";

export interface Rates {
  threshold: number;
  // Shares of clips: without the word and taken for it, and with the word and missed.
  far: number;
  frr: number;
}

export interface TradeOff {
  threshold: number;
  alarmsPerHour: number;
  frr: number;
  frrLower: number;
  frrUpper: number;
}

export interface WakeReport {
  word: string;
  threshold: number;
  reason: string;
  table: Rates[];
  curve: TradeOff[];
  // Of sound without the word, by where it came from.
  hours: Array<[source: string, hours: number]>;
  measuredOn: string;
  base: string;
  counts: { recordings: number; positives: number; negatives: number; similar: number };
}

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const rowsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.map(objectOf) : []);

const byThreshold = (a: { threshold: number }, b: { threshold: number }): number => a.threshold - b.threshold;

export function reportOf(version: Pick<Version, "metadata">): WakeReport | undefined {
  const record = objectOf(version.metadata);
  if (typeof record.threshold !== "number") return undefined;
  const stats = objectOf(record.data_stats);
  return {
    word: textOf(record.wake_word),
    threshold: record.threshold,
    reason: textOf(objectOf(record.thresholds).reason),
    table: rowsOf(record.threshold_analysis).map((one) => ({ threshold: numberOf(one.threshold), far: numberOf(one.far), frr: numberOf(one.frr) })).sort(byThreshold),
    curve: rowsOf(record.trade_off)
      .map((one) => ({ threshold: numberOf(one.threshold), alarmsPerHour: numberOf(one.false_alarms_per_hour), frr: numberOf(one.frr), frrLower: numberOf(one.frr_lower), frrUpper: numberOf(one.frr_upper) }))
      .sort(byThreshold),
    hours: Object.entries(objectOf(stats.negative_hours)).map(([source, hours]) => [source, numberOf(hours)]),
    measuredOn: textOf(record.metrics_on),
    base: textOf(record.base_model),
    counts: { recordings: numberOf(stats.recordings), positives: numberOf(stats.positive_samples), negatives: numberOf(stats.negative_samples), similar: numberOf(stats.hard_negatives) },
  };
}

// Between the two measured thresholds beside it; beyond the ends, what was measured there.
export function between<Row extends { threshold: number }>(rows: readonly Row[], threshold: number, read: (row: Row) => number): number | undefined {
  const above = rows.findIndex((row) => row.threshold >= threshold);
  if (rows.length === 0) return undefined;
  if (above === 0) return read(rows[0]!);
  if (above < 0) return read(rows.at(-1)!);
  const [low, high] = [rows[above - 1]!, rows[above]!];
  const share = high.threshold === low.threshold ? 1 : (threshold - low.threshold) / (high.threshold - low.threshold);
  return read(low) + (read(high) - read(low)) * share;
}

// "3 an hour", "1 in 4 hours", "fewer than 1 in 2 hours": as one would say it, and no more exactly than the hours allow.
export function alarmsText(perHour: number, hours: number): string {
  if (hours <= 0) return "not measured";
  if (perHour <= 0) return `none in ${hours < 1 ? `${Math.max(1, Math.round(hours * 60))} minutes` : `${hours.toFixed(1)} hours`}`;
  if (perHour >= 0.95) return `${perHour >= 9.5 ? Math.round(perHour) : perHour.toFixed(1)} an hour`;
  return `1 in ${(1 / perHour).toFixed(perHour > 0.5 ? 1 : 0)} hours`;
}

const kSources: Record<string, string> = { real: "everyday sound of yours", similar: "words that sound like it", speech: "sentences by synthetic voices", noise: "noise" };
export const sourceText = (source: string): string => kSources[source] ?? source;
