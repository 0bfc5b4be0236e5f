// From what somebody has (a pasted table, CSV, TSV, JSON Lines, a JSON list) to texts with labels, and to a file that the server reads.
import { detectSeparator, parseDelimited, type Fault } from "./delimited";

export type { Fault };

export interface Example {
  text: string;
  label: string;
}

// What is given. A table without a name was pasted.
export interface Given {
  name: string;
  text: string;
}

// Which columns hold text and label.
export interface Choice {
  header: boolean;
  text: number;
  label: number;
}

export type Format = "csv" | "tsv" | "jsonl";

export interface DataRead {
  columns: string[];
  choice: Choice;
  // Whether there may be a line of names: JSON has names of its own.
  isTable: boolean;
  examples: Example[];
  faults: Fault[];
  // The server takes the given bytes in this format; otherwise they have to be written anew.
  asIs: Format | undefined;
}

export const kMostExamples = 1_000_000;
const kLargestText = 1024 * 1024;
const kLargestLabel = 200;

const kTextNames = ["text", "utterance", "sentence", "phrase", "query", "question", "message", "content", "input", "body", "review", "title"];
const kLabelNames = ["label", "intent", "category", "class", "target", "tag", "sentiment", "topic", "y", "output"];

interface Lines {
  columns: string[];
  choice: Choice;
  isTable: boolean;
  rows: Array<{ line: number; fields: Array<string | undefined> }>;
  faults: Fault[];
  format: Format | undefined;
}

const findName = (columns: readonly string[], names: readonly string[]): number => {
  const lower = columns.map((column) => column.trim().toLowerCase());
  for (const name of names) if (lower.includes(name)) return lower.indexOf(name);
  return -1;
};

// By their names; where those say nothing, texts are long and labels repeat.
function chooseColumns(columns: readonly string[], rows: ReadonlyArray<{ fields: ReadonlyArray<string | undefined> }>): { text: number; label: number } {
  const sample = rows.slice(0, 200);
  const places = columns.map((_, index) => index);
  const lengthOf = (index: number) => sample.reduce((sum, row) => sum + (row.fields[index]?.length ?? 0), 0);
  const variety = (index: number) => new Set(sample.map((row) => row.fields[index])).size;
  const named = { text: findName(columns, kTextNames), label: findName(columns, kLabelNames) };
  const text = named.text >= 0 ? named.text : (places.filter((index) => index !== named.label).sort((a, b) => lengthOf(b) - lengthOf(a))[0] ?? 0);
  const label = named.label >= 0 ? named.label : (places.filter((index) => index !== text).sort((a, b) => variety(a) - variety(b))[0] ?? 0);
  return { text, label };
}

const kSigns: Record<string, string> = { "\t": "tab", ",": "comma", ";": "semicolon", "|": "bar" };

function readTable(given: Given, wanted: Choice | undefined): Lines {
  const separator = /\.tsv$/i.test(given.name) ? "\t" : detectSeparator(given.text);
  if (!separator) throw new Error("Each line holds one column. Put a text and its label on each line, with a tab or a comma between them, or copy two columns of a spreadsheet.");
  const table = parseDelimited(given.text, separator);
  const first = table.rows[0]?.fields ?? [];
  const header = wanted?.header ?? (findName(first, kTextNames) >= 0 || findName(first, kLabelNames) >= 0);
  const columns = header ? first.map((name, index) => name.trim() || `Column ${index + 1}`) : first.map((_, index) => `Column ${index + 1}`);
  const body = header ? table.rows.slice(1) : table.rows;
  const choice = { header, ...(wanted && wanted.text < columns.length && wanted.label < columns.length ? { text: wanted.text, label: wanted.label } : chooseColumns(columns, body)) };
  const faults = [...table.faults];
  const rows = body.filter((row) => {
    if (row.fields.length === columns.length) return true;
    faults.push({ line: row.line, what: `there are ${row.fields.length} fields where the first line has ${columns.length}. A text with a ${kSigns[separator]} in it needs quotation marks` });
    return false;
  });
  const strict = separator === "," ? !table.lenient : separator === "\t" && !table.quoted && !table.lenient;
  return { columns, choice, isTable: true, rows, faults, format: header && strict ? (separator === "," ? "csv" : "tsv") : undefined };
}

const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined);

function readObjects(objects: ReadonlyArray<{ line: number; value: Record<string, unknown> }>, faults: Fault[], wanted: Choice | undefined, format: Format | undefined): Lines {
  const columns = [...new Set(objects.slice(0, 200).flatMap(({ value }) => Object.keys(value)))];
  const rows = objects.map(({ line, value }) => ({ line, fields: columns.map((column) => asText(value[column])) }));
  const choice = wanted && wanted.text < columns.length && wanted.label < columns.length ? wanted : { header: true, ...chooseColumns(columns, rows) };
  return { columns, choice, isTable: false, rows, faults, format: objects.every(({ value }) => isPlain(value, columns, choice)) ? format : undefined };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

// The server takes texts only as texts, and numbers as labels only where they are whole.
const isPlain = (value: Record<string, unknown>, columns: readonly string[], { text, label }: Choice): boolean => {
  const [given, name] = [value[columns[text]!], value[columns[label]!]];
  return typeof given !== "number" && (typeof name !== "number" || Number.isInteger(name));
};

function readJsonLines(given: Given, wanted: Choice | undefined): Lines {
  const faults: Fault[] = [];
  const objects: Array<{ line: number; value: Record<string, unknown> }> = [];
  for (const [index, text] of given.text.split("\n").entries()) {
    if (text.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) objects.push({ line: index + 1, value });
      else faults.push({ line: index + 1, what: "this is not a JSON object" });
    } catch {
      faults.push({ line: index + 1, what: "this is not JSON" });
    }
  }
  return readObjects(objects, faults, wanted, "jsonl");
}

// A list of objects, or an object that holds one. Undefined where the whole is not JSON.
function readJsonList(given: Given, wanted: Choice | undefined): Lines | undefined {
  let value: unknown;
  try {
    value = JSON.parse(given.text);
  } catch {
    return undefined;
  }
  const list = Array.isArray(value) ? value : isObject(value) ? Object.values(value).find(Array.isArray) : undefined;
  if (!list) return undefined;
  return readObjects(list.flatMap((one, index) => (isObject(one) ? [{ line: index + 1, value: one }] : [])), [], wanted, undefined);
}

function linesOf(given: Given, wanted: Choice | undefined): Lines {
  const start = given.text.trimStart()[0];
  if (start === "[") return readJsonList(given, wanted) ?? readTable(given, wanted);
  if (start === "{") return (/\.(jsonl|ndjson)$/i.test(given.name) ? undefined : readJsonList(given, wanted)) ?? readJsonLines(given, wanted);
  return readTable(given, wanted);
}

const encoder = new TextEncoder();
// Code units tell that a text is short enough without encoding it.
const isLonger = (text: string, bytes: number): boolean => text.length * 3 > bytes && encoder.encode(text).length > bytes;

function faultOf(text: string | undefined, label: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return "the text is empty";
  if (label === undefined || label === "") return "the label is empty";
  if (isLonger(text, kLargestText)) return "the text is longer than 1 MiB";
  if (isLonger(label, kLargestLabel)) return "the label is longer than 200 bytes";
  return undefined;
}

export function readData(given: Given, wanted?: Choice): DataRead {
  if (given.text.trim() === "") throw new Error("There is nothing in it.");
  const { columns, choice, isTable, rows, faults, format } = linesOf(given, wanted);
  if (columns.length < 2) throw new Error("There is one column only. Texts and labels need one each.");
  const examples: Example[] = [];
  for (const { line, fields } of rows) {
    const text = fields[choice.text];
    const label = fields[choice.label]?.trim();
    const what = faultOf(text, label);
    if (what) faults.push({ line, what });
    else examples.push({ text: text!, label: label! });
  }
  if (examples.length > kMostExamples) throw new Error("There are more than 1 000 000 examples. Divide the file, or draw a sample of it.");
  faults.sort((a, b) => a.line - b.line);
  const named = columns[choice.text]!.toLowerCase() === "text" && columns[choice.label]!.toLowerCase() === "label";
  const asIs = given.name !== "" && named && faults.length === 0 ? format : undefined;
  return { columns, choice, isTable, examples, faults, asIs };
}

// As the server reads it, an object a line.
export const toJsonLines = (examples: readonly Example[]): string => examples.map(({ text, label }) => `${JSON.stringify({ text, label })}\n`).join("");

// Spreadsheets write UTF-16 as well, with a mark in front.
export function decodeText(bytes: ArrayBuffer): { text: string; isUtf8: boolean } {
  const head = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (head[0] === 0xff && head[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), isUtf8: false };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isUtf8: true };
  } catch {
    throw new Error("This file is not UTF-8. Save it with that encoding: spreadsheets call it “CSV UTF-8”.");
  }
}
