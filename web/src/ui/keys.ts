// Keys that work on every page. A letter in a field is a letter.
export interface KeyRow {
  keys: readonly string[];
  meaning: string;
}

export const kKeyRows: readonly KeyRow[] = [
  { keys: ["/"], meaning: "search models" },
  { keys: ["f"], meaning: "write a filter" },
  { keys: ["v"], meaning: "cards or table" },
  { keys: ["j", "k"], meaning: "next and previous model; the arrows do the same" },
  { keys: ["x"], meaning: "choose the model, for doing something with several" },
  { keys: ["Enter"], meaning: "open it" },
  { keys: ["Esc"], meaning: "choose none; close what is open" },
  { keys: ["g", "m"], meaning: "go to the models; e history, j jobs, s storage, t trash, o settings, d API, c compare" },
  { keys: ["n"], meaning: "add a model" },
  { keys: ["?"], meaning: "these keys" },
];

const kPlaces: Readonly<Record<string, string>> = { m: "/", e: "/events", j: "/jobs", s: "/storage", t: "/trash", o: "/settings", d: "/docs", c: "/diff" };

export type Wish = { go: string } | { show: "keys" } | { await: "place" };

// What a key means where nobody is writing; `before` is the key before it, while it is fresh.
export function wishOf(key: string, before: string | undefined): Wish | undefined {
  if (before === "g" && kPlaces[key]) return { go: kPlaces[key] };
  if (key === "g") return { await: "place" };
  if (key === "n") return { go: "/upload" };
  if (key === "?") return { show: "keys" };
  return undefined;
}

// Whether the key belongs to a field, a dialog or the browser.
export function isTaken(event: KeyboardEvent): boolean {
  return event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
