import { expect, test } from "vitest";
import { flatten } from "./flatten";

test("nested values become paths, lists of plain values one line", () => {
  expect(flatten({ wake_word: "jarvis", training_config: { dropout: 0.5, on: true }, recordings: ["a.wav", "b.wav"], none: null })).toEqual([
    ["wake_word", "jarvis"],
    ["training_config.dropout", "0.5"],
    ["training_config.on", "true"],
    ["recordings", "a.wav, b.wav"],
    ["none", "–"],
  ]);
});

test("lists of objects are numbered and empty things leave no wrong rows", () => {
  expect(flatten({ steps: [{ loss: 1 }, { loss: 2 }] })).toEqual([["steps[0].loss", "1"], ["steps[1].loss", "2"]]);
  expect(flatten({})).toEqual([]);
  expect(flatten({ empty: [] })).toEqual([["empty", ""]]);
});
