// Asking for evaluations, and what is known of the data they were made on.
import { ask } from "../api/client";
import { versionApi, type ModelKey } from "../api/paths";
import type { Evaluation, Job } from "../api/types";

export interface KnownData {
  digest: string;
  name: string;
  format: "csv" | "tsv" | "jsonl";
}

// The server keeps the name, and the name tells the format.
export const formatOf = (name: string): KnownData["format"] => (/\.csv$/i.test(name) ? "csv" : /\.tsv$/i.test(name) ? "tsv" : "jsonl");

const kMost = 1000;

// Newest first, without the figures of each class.
export async function listEvaluations(reference: string, signal?: AbortSignal): Promise<Evaluation[]> {
  return (await ask<{ evaluations: Evaluation[] }>("/api/evaluations", { query: { model: reference, length: kMost }, signal })).evaluations;
}

export const startEvaluation = (model: ModelKey, version: number, data: KnownData): Promise<Job> =>
  ask<Job>(`${versionApi(model, version)}/evaluations`, { method: "POST", json: { data: data.digest, format: data.format, data_name: data.name } });

// All data that versions were weighed on, the latest first.
export function knownData(evaluations: readonly Evaluation[]): KnownData[] {
  const known = new Map<string, KnownData>();
  for (const { data } of evaluations) {
    const { digest = "", name = "" } = data;
    if (!known.has(digest)) known.set(digest, { digest, name, format: formatOf(name) });
  }
  return [...known.values()];
}

// The newest of each version on the same data, oldest version first.
export function overVersions(evaluations: readonly Evaluation[], digest: string): Evaluation[] {
  const newest = new Map<number, Evaluation>();
  for (const evaluation of evaluations) {
    if (evaluation.data.digest === digest && !newest.has(evaluation.version)) newest.set(evaluation.version, evaluation);
  }
  return [...newest.values()].sort((a, b) => a.version - b.version);
}

// Data that all of these versions were weighed on, the latest first, each with their newest evaluations in the same order.
export function sharedData(lists: ReadonlyArray<readonly Evaluation[]>): Array<KnownData & { evaluations: Evaluation[] }> {
  const [first, ...rest] = lists;
  if (!first) return [];
  return knownData(first).flatMap((data) => {
    const all = [first, ...rest].map((list) => list.find((one) => one.data.digest === data.digest));
    return all.every((one) => one !== undefined) ? [{ ...data, evaluations: all }] : [];
  });
}
