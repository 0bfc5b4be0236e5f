// What the record of a text classifier says of its training.
import type { Version } from "../api/types";

export interface Learned {
  base: string;
  examples: number | undefined;
  labels: string[];
  // How the figures of the fit were measured, in the server's words.
  measured: string;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function learnedOf(version: Pick<Version, "metadata">): Learned | undefined {
  const { labels, base_model, num_examples, metrics_on } = version.metadata ?? {};
  if (!Array.isArray(labels)) return undefined;
  return { base: textOf(base_model), examples: typeof num_examples === "number" ? num_examples : undefined, labels: labels.filter((label) => typeof label === "string"), measured: textOf(metrics_on) };
}
