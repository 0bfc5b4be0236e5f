import { expect, test } from "vitest";
import type { Model } from "../api/types";
import { accept, knownOf, suggest, tokensOf } from "./filter-language";

const known = knownOf([
  { metrics: { f1: 1, far: 0 }, aliases: { current: 1, production: 1 }, namespace: "custom", formats: ["onnx"], tags: { team: "audio" } },
  { metrics: { f1: 1 }, aliases: { current: 2 }, namespace: "team", formats: ["onnx", "pt"], tags: { team: "vision" } },
] as unknown as Model[]);
const after = (text: string) => suggest(text, known).items;

test("a field, its operators, its values and what joins follow one another", () => {
  expect(after("ki")).toEqual(["kind"]);
  expect(after("kind ")).toContain("LIKE");
  expect(after("metric.f1 ")).toEqual([">=", "<=", ">", "<", "=", "!="]);
  expect(after("kind = ")).toContain("'wake-word'");
  expect(after("kind = 'wake-word' ")).toEqual(["AND", "OR"]);
  expect(after("kind = 'wake-word' AND NOT (")).toContain("name");
  expect(after("alias IS NOT NULL ")).toEqual(["AND", "OR"]);
});

test("names come from the models in sight", () => {
  expect(after("metric.f")).toEqual(["metric.f1", "metric.far"]);
  expect(after("tag.team = ")).toEqual(["'audio'", "'vision'"]);
  expect(after("alias = 'pro")).toEqual(["'production'"]);
  expect(after("format IN (")).toEqual(["'onnx'", "'pt'"]);
  expect(after("format IN ('onnx', ")).toEqual(["'onnx'", "'pt'"]);
});

test("a quoted text may hold words of the language", () => {
  expect(tokensOf("name = 'a AND (b' OR").map((token) => token.text)).toEqual(["name", "=", "'a AND (b'", "OR"]);
  expect(after("name = 'it''s AND' ")).toEqual(["AND", "OR"]);
});

test("a suggestion takes the place of what was begun and nothing else", () => {
  const take = (text: string, item: string) => accept(text, suggest(text, known), item);
  expect(take("kind = 'wake-word' AND met", "metric.f1")).toBe("kind = 'wake-word' AND metric.f1 ");
  expect(take("alias = 'pro", "'production'")).toBe("alias = 'production' ");
  expect(take("tag", "tag.")).toBe("tag.");
  expect(take("kind =", "'other'")).toBe("kind = 'other' ");
});

test("a finished word is not suggested to itself", () => {
  expect(after("kind = 'other'")).toEqual(["AND", "OR"]);
  expect(after("alias = 'production")).toEqual([]);
});
