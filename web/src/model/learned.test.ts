import { expect, test } from "vitest";
import { learnedOf } from "./learned";

test("what a version learned is read from its record", () => {
  expect(learnedOf({ metadata: { labels: ["a", "b"], base_model: "builtin/ngram-v1", num_examples: 56, metrics_on: "cross-validation" } })).toEqual({ base: "builtin/ngram-v1", examples: 56, labels: ["a", "b"], measured: "cross-validation" });
});

test("a record of something else says nothing of it", () => {
  expect(learnedOf({ metadata: { wake_word: "jarvis" } })).toBeUndefined();
  expect(learnedOf({})).toBeUndefined();
  expect(learnedOf({ metadata: { labels: ["a", 3] } })).toEqual({ base: "", examples: undefined, labels: ["a"], measured: "" });
});
