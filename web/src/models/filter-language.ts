// What can stand next in a filter: enough of the language to complete it, while the server alone decides what is right.
import { kKinds, type Model } from "../api/types";

type FieldType = "text" | "number" | "size" | "time" | "truth";

const kFields: Readonly<Record<string, FieldType>> = {
  name: "text", namespace: "text", kind: "text", type: "text", display_name: "text", description: "text",
  alias: "text", label: "text", licence: "text", format: "text", digest: "text", created_by: "text",
  created_at: "time", updated_at: "time", size: "size", versions: "number", pinned: "truth",
};
const kKeyed = ["tag.", "metric.", "meta."];
const kOperators: Readonly<Record<FieldType, readonly string[]>> = {
  text: ["=", "!=", "LIKE", "ILIKE", "IN", "IS NULL", "IS NOT NULL"],
  number: [">=", "<=", ">", "<", "=", "!="],
  size: [">=", "<=", ">", "<"],
  time: [">=", "<=", ">", "<"],
  truth: ["=", "!="],
};

// Names that are known from the models in sight.
export interface Known {
  metrics: readonly string[];
  tags: Readonly<Record<string, readonly string[]>>;
  aliases: readonly string[];
  namespaces: readonly string[];
  formats: readonly string[];
}

export function knownOf(models: Iterable<Model>): Known {
  const sets = { metrics: new Set<string>(), aliases: new Set<string>(), namespaces: new Set<string>(), formats: new Set<string>() };
  const tags = new Map<string, Set<string>>();
  for (const model of models) {
    Object.keys(model.metrics).forEach((name) => sets.metrics.add(name));
    Object.keys(model.aliases).forEach((name) => sets.aliases.add(name));
    sets.namespaces.add(model.namespace);
    model.formats.forEach((format) => sets.formats.add(format));
    for (const [key, value] of Object.entries(model.tags)) tags.set(key, (tags.get(key) ?? new Set()).add(value));
  }
  const sorted = (set: Set<string>) => [...set].sort();
  return {
    metrics: sorted(sets.metrics), aliases: sorted(sets.aliases), namespaces: sorted(sets.namespaces), formats: sorted(sets.formats),
    tags: Object.fromEntries([...tags].map(([key, values]) => [key, sorted(values)])),
  };
}

interface Token {
  text: string;
  start: number;
  // A quote that is still open, or a word that the caret touches.
  open: boolean;
}

const kToken = /\s*(?:('(?:[^']|'')*'?|"(?:[^"]|"")*"?)|([<>!=]=?|<>|==)|([(),])|([^\s'"<>!=(),]+))/y;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  kToken.lastIndex = 0;
  for (let match = kToken.exec(text); match; match = kToken.exec(text)) {
    const [whole, quoted, sign, bracket, word] = match;
    const token = quoted ?? sign ?? bracket ?? word!;
    const end = kToken.lastIndex;
    const closed = quoted !== undefined && quoted.length > 1 && quoted.endsWith(quoted[0]!);
    tokens.push({ text: token, start: end - token.length, open: end === text.length && (word !== undefined || (quoted !== undefined && !closed)) });
    if (whole.length === 0) break;
  }
  return tokens;
}

const fieldType = (field: string): FieldType => (field.startsWith("metric.") ? "number" : (kFields[field.toLowerCase()] ?? "text"));
const quote = (text: string): string => `'${text.replace(/'/g, "''")}'`;

function valuesOf(field: string, known: Known): readonly string[] {
  if (field.startsWith("tag.")) return (known.tags[field.slice(4).replace(/"/g, "")] ?? []).map(quote);
  switch (field.toLowerCase()) {
    case "kind": return kKinds.map(quote);
    case "type": return ["'custom'", "'default'"];
    case "alias": return known.aliases.map(quote);
    case "namespace": return known.namespaces.map(quote);
    case "format": return known.formats.map(quote);
    case "pinned": return ["true", "false"];
    case "size": return ["1MB", "100MB", "1GB"];
    case "created_at": case "updated_at": return [new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10)];
    default: return field.startsWith("metric.") ? ["0.9", "0.95"] : [];
  }
}

const fieldsOf = (known: Known): string[] => [...Object.keys(kFields), ...known.metrics.map((name) => `metric.${name}`), ...Object.keys(known.tags).map((key) => `tag.${key}`), ...kKeyed];

type Expecting = { what: "field" } | { what: "operator" | "value" | "list"; field: string } | { what: "joint" };

// Walks over what is finished and says what the next word would be.
function expecting(tokens: readonly Token[]): Expecting {
  let now: Expecting = { what: "field" };
  for (const { text } of tokens) {
    const word = text.toUpperCase();
    if (now.what === "field") {
      if (word !== "NOT" && text !== "(") now = { what: "operator", field: text };
    } else if (now.what === "operator") {
      if (word === "IS" || word === "NOT") continue;
      if (word === "NULL") now = { what: "joint" };
      else now = { what: word === "IN" ? "list" : "value", field: now.field };
    } else if (now.what === "list") {
      if (text === ")") now = { what: "joint" };
    } else if (now.what === "value") {
      now = { what: "joint" };
    } else if (word === "AND" || word === "OR") {
      now = { what: "field" };
    }
  }
  return now;
}

export interface Suggestions {
  // The word that a suggestion takes the place of.
  from: number;
  items: string[];
}

const kMost = 8;

export function suggest(text: string, known: Known): Suggestions {
  const tokens = tokensOf(text);
  const last = tokens.at(-1);
  const partial = last?.open ? last : undefined;
  const next = expecting(partial ? tokens.slice(0, -1) : tokens);
  const all = next.what === "field" ? fieldsOf(known)
    : next.what === "operator" ? kOperators[fieldType(next.field)]
    : next.what === "joint" ? ["AND", "OR"]
    : next.what === "list" && tokens.at(-1)?.text.toUpperCase() === "IN" ? ["("]
    : valuesOf(next.field, known);
  const begun = (partial?.text ?? "").toLowerCase().replace(/^['"]/, "");
  const plain = (item: string) => item.toLowerCase().replace(/^'/, "");
  const items = all.filter((item) => plain(item).startsWith(begun) && plain(item).replace(/'$/, "") !== begun);
  return { from: partial?.start ?? text.length, items: items.slice(0, kMost) };
}

// The text with the suggestion in it, and room for what follows where the word is whole.
export function accept(text: string, { from }: Suggestions, item: string): string {
  const before = text.slice(0, from);
  const space = before === "" || /[\s(]$/.test(before) ? "" : " ";
  return `${before}${space}${item}${item.endsWith(".") || item === "(" ? "" : " "}`;
}
