// Reads and reviews examples away from the page's own thread, and keeps them there: the page sees counts and samples only.
import { decodeText, readData, toJsonLines, type Choice, type DataRead, type Fault, type Format } from "./read-data";
import { reviewExamples, reviewOverlap, type LabelCount, type Warning } from "./review";

export type Slot = "train" | "test";

export interface Source {
  // Empty for what was pasted.
  name: string;
  content: string | Blob;
}

export interface Summary {
  columns: string[];
  choice: Choice;
  isTable: boolean;
  examples: number;
  faults: Fault[];
  faultCount: number;
  labels: LabelCount[];
  warnings: Warning[];
  sample: Array<{ text: string; label: string }>;
}

// Bytes that the server reads, and how.
export interface Sealed {
  blob: Blob;
  name: string;
  format: Format;
}

export type DataOrder = { id: number } & (
  | { kind: "read"; slot: Slot; source: Source; choice?: Choice | undefined }
  | { kind: "drop"; slot: Slot }
  | { kind: "seal"; slot: Slot }
);
export type DataReply = { id: number } & ({ summary: Summary; overlap: Warning[] } | { sealed: Sealed } | { overlap: Warning[] } | { error: string });

const kShownFaults = 100;
const kSample = 5;
const kLargest = 256 * 1024 * 1024;

const held = new Map<Slot, { source: Source; isUtf8: boolean; data: DataRead }>();

function overlap(): Warning[] {
  const [train, test] = [held.get("train"), held.get("test")];
  return train && test ? reviewOverlap(train.data.examples, test.data.examples) : [];
}

// One of each label first: the columns are right when these look right.
function sampleOf(data: DataRead): Summary["sample"] {
  const labels = new Set<string>();
  const sample = data.examples.filter(({ label }) => labels.size < kSample && !labels.has(label) && labels.add(label));
  return [...sample, ...data.examples.filter((one) => !sample.includes(one)).slice(0, kSample - sample.length)];
}

async function read(slot: Slot, source: Source, choice: Choice | undefined): Promise<Summary> {
  held.delete(slot);
  if (typeof source.content !== "string" && source.content.size > kLargest) throw new Error("A file of examples may have 256 MiB. Divide it, or draw a sample of it.");
  const { text, isUtf8 } = typeof source.content === "string" ? { text: source.content, isUtf8: true } : decodeText(await source.content.arrayBuffer());
  const data = readData({ name: source.name, text }, choice);
  held.set(slot, { source, isUtf8, data });
  return {
    columns: data.columns,
    choice: data.choice,
    isTable: data.isTable,
    examples: data.examples.length,
    faults: data.faults.slice(0, kShownFaults),
    faultCount: data.faults.length,
    ...reviewExamples(data.examples),
    sample: sampleOf(data),
  };
}

function seal(slot: Slot): Sealed {
  const { source, isUtf8, data } = held.get(slot)!;
  if (data.asIs && isUtf8 && typeof source.content !== "string") return { blob: source.content, name: source.name, format: data.asIs };
  const name = source.name === "" ? "pasted.jsonl" : `${source.name.replace(/\.[^.]+$/, "")}.jsonl`;
  return { blob: new Blob([toJsonLines(data.examples)]), name, format: "jsonl" };
}

async function answer(order: DataOrder): Promise<DataReply> {
  const { id } = order;
  if (order.kind === "seal") return { id, sealed: seal(order.slot) };
  if (order.kind === "drop") {
    held.delete(order.slot);
    return { id, overlap: [] };
  }
  const summary = await read(order.slot, order.source, order.choice);
  return { id, summary, overlap: overlap() };
}

self.onmessage = (event: MessageEvent<DataOrder>) => {
  answer(event.data).then((reply) => self.postMessage(reply), (error: Error) => self.postMessage({ id: event.data.id, error: error.message }));
};
