import type { Kind, Model } from "../api/types";

// What a person calls the model: the wake word of a wake word, else its display name.
export function titleOf(model: Pick<Model, "kind" | "wake_word" | "display_name" | "name">): string {
  return (model.kind === "wake-word" && model.wake_word) || model.display_name || model.name;
}

const kKindWords: Record<Kind, string> = {
  "wake-word": "Wake word",
  "text-classifier": "Text classifier",
  separator: "Separator",
  detector: "Detector",
  encoder: "Encoder",
  other: "Other",
};

export const kindWord = (kind: Kind): string => kKindWords[kind] ?? kind;

// Aliases that say more than “the newest”: `current` stands on every model.
export function tellingAliases(aliases: Record<string, number>): Array<[alias: string, version: number]> {
  return Object.entries(aliases).filter(([alias]) => alias !== "current").sort(([a], [b]) => a.localeCompare(b));
}
