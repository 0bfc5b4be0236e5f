// What a person should know of examples before training on them. The learner says the same afterwards, in the same words.
import type { Example } from "./read-data";

export interface LabelCount {
  label: string;
  examples: number;
}

export interface Warning {
  code: "few-labels" | "single-example" | "few-examples" | "imbalance" | "similar-labels" | "duplicate" | "contradiction" | "overlap" | "unknown-labels";
  message: string;
  // Some of the texts it is about.
  texts: string[];
}

export interface Review {
  // The most frequent first.
  labels: LabelCount[];
  warnings: Warning[];
}

// Of a label; below, results vary much with the choice of examples.
export const kEnoughExamples = 8;
const kShownTexts = 5;

const kWords = /\p{Ideographic}|(?:(?!\p{Ideographic})[\p{L}\p{N}\p{M}])+|[\p{Sc}\p{So}?!%¿¡]/gu;

// Two texts with the same words are the same to a learner, however they are written.
export function wordsOf(text: string): string {
  const words = text.normalize("NFKC").toLowerCase().match(kWords);
  return words ? words.join(" ") : text;
}

const quoted = (text: string): string => `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;

function joined(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(quoted).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function countWarnings(labels: readonly LabelCount[]): Warning[] {
  const warnings: Warning[] = [];
  const namesOf = (fits: (count: number) => boolean) => labels.filter(({ examples }) => fits(examples)).map(({ label }) => label);
  const single = namesOf((count) => count === 1);
  const few = namesOf((count) => count > 1 && count < kEnoughExamples);
  if (labels.length < 2) warnings.push({ code: "few-labels", message: "A classifier needs at least two labels to choose from.", texts: [] });
  if (single.length > 0) warnings.push({ code: "single-example", message: `There is one example only of ${joined(single)}: whether it is recognised cannot be measured. Add examples.`, texts: [] });
  if (few.length > 0) warnings.push({ code: "few-examples", message: `There are fewer than ${kEnoughExamples} examples of ${joined(few)}. A few more usually help most.`, texts: [] });
  const [most, least] = [labels[0], labels.at(-1)];
  if (most && least && most.examples > 10 * least.examples) {
    warnings.push({ code: "imbalance", message: `${quoted(most.label)} has ${most.examples} examples and ${quoted(least.label)} ${least.examples}: the rare one will be missed more often than accuracy tells.`, texts: [] });
  }
  return warnings;
}

function spellingWarnings(labels: readonly LabelCount[]): Warning[] {
  const alike = new Map<string, string[]>();
  for (const { label } of labels) {
    const name = wordsOf(label.replace(/_/g, " "));
    alike.set(name, [...(alike.get(name) ?? []), label]);
  }
  return [...alike.values()].filter((group) => group.length > 1).map((group) => ({
    code: "similar-labels",
    message: `The labels ${joined([...group].sort())} differ only in spelling and are learned as different things. Write them alike if they mean the same.`,
    texts: [],
  }));
}

function repetitionWarnings(examples: readonly Example[]): Warning[] {
  const first = new Map<string, Example>();
  let same = 0;
  let torn = 0;
  const sameTexts: string[] = [];
  const tornTexts: string[] = [];
  for (const example of examples) {
    const name = wordsOf(example.text);
    const before = first.get(name);
    if (!before) first.set(name, example);
    else if (before.label === example.label) {
      if (same++ < kShownTexts) sameTexts.push(example.text);
    } else if (torn++ < kShownTexts) {
      tornTexts.push(`${example.text} → ${before.label}, ${example.label}`);
    }
  }
  const warnings: Warning[] = [];
  if (torn > 0) warnings.push({ code: "contradiction", message: `${torn === 1 ? "One text has" : `${torn} texts have`} two labels. No model can have both right.`, texts: tornTexts });
  if (same > 0) warnings.push({ code: "duplicate", message: `${same === 1 ? "One example repeats" : `${same} examples repeat`} an earlier one word for word.`, texts: sameTexts });
  return warnings;
}

export function reviewExamples(examples: readonly Example[]): Review {
  const counts = new Map<string, number>();
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const labels = [...counts].map(([label, count]) => ({ label, examples: count })).sort((a, b) => b.examples - a.examples || (a.label < b.label ? -1 : 1));
  return { labels, warnings: [...repetitionWarnings(examples), ...spellingWarnings(labels), ...countWarnings(labels)] };
}

// What is measured on texts of the training is memory; labels that are not taught can only be wrong.
export function reviewOverlap(training: readonly Example[], test: readonly Example[]): Warning[] {
  const known = new Set(training.map(({ text }) => wordsOf(text)));
  const taught = new Set(training.map(({ label }) => label));
  const seen = test.filter(({ text }) => known.has(wordsOf(text)));
  const unknown = [...new Set(test.map(({ label }) => label))].filter((label) => !taught.has(label));
  const warnings: Warning[] = [];
  if (seen.length > 0) {
    warnings.push({ code: "overlap", message: `${seen.length} of ${test.length} test texts are in the training data word for word. What is measured on them is memory: take them out of one of the two.`, texts: seen.slice(0, kShownTexts).map(({ text }) => text) });
  }
  if (unknown.length > 0) {
    warnings.push({ code: "unknown-labels", message: `The test data have labels that the training data lack: ${joined(unknown)}. Every item of theirs will count as wrong.`, texts: [] });
  }
  return warnings;
}
