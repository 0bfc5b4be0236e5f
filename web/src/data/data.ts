// Datasets, slices and items as the API has them, and their addresses.
import type { components } from "../api/schema";

export type Dataset = components["schemas"]["Dataset"];
export type Slice = components["schemas"]["Slice"];
export type Item = components["schemas"]["Item"];
export type Training = components["schemas"]["Training"];
export type Lineage = components["schemas"]["Lineage"];
export type Audit = components["schemas"]["Audit"];

const part = encodeURIComponent;

export const datasetApi = (id: string): string => `/api/datasets/${part(id)}`;
export const sliceApi = (dataset: string, slice: string): string => `${datasetApi(dataset)}/slices/${part(slice)}`;
export const itemApi = (dataset: string, item: string): string => `${datasetApi(dataset)}/items/${part(item)}`;
export const datasetPage = (id: string): string => `/datasets/${part(id)}`;

export type Preview = "audio" | "image" | "text" | "none";

const kTextTypes = ["application/json", "application/x-ndjson", "application/xml", "application/yaml", "application/toml"];

// How an item can be shown in a page; formats that browsers do not open are offered as files.
export function previewOf(item: Pick<Item, "media_type" | "content_url">): Preview {
  if (!item.content_url) return "none";
  const type = item.media_type.split(";")[0]!.trim().toLowerCase();
  if (type.startsWith("audio/")) return "audio";
  // An SVG may hold scripts: the server hands it out as bytes, which are shown as text.
  if (type === "image/svg+xml") return "text";
  if (type.startsWith("image/")) return "image";
  return type.startsWith("text/") || kTextTypes.includes(type) ? "text" : "none";
}

// The label that most items carry, or what else is known of it, in a word.
export function labelOf(item: Pick<Item, "annotations">): string {
  const known: unknown = item.annotations;
  if (known === null || known === undefined) return "";
  if (typeof known === "string" || typeof known === "number") return String(known);
  const label = (known as { label?: unknown }).label;
  if (typeof label === "string" || typeof label === "number") return String(label);
  const text = JSON.stringify(known);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
