import { expect, test } from "vitest";
import { gatesText, suggestedRules } from "./gates";

test("rules are suggested on the data that versions are weighed on, and never twice", () => {
  expect(suggestedRules("production", ["f1", "accuracy"], ["test.csv"], [])).toEqual(["accuracy >= production - 0.01 on test.csv", "accuracy >= production", "accuracy >= 0.9"]);
  expect(suggestedRules("production", ["f1"], [], ["f1 >= 0.9"])).toEqual(["f1 >= production"]);
  expect(suggestedRules("production", ["recall"], ["test.csv"], [])).toEqual(["recall >= production", "recall >= 0.9"]);
  expect(suggestedRules("production", [], ["test.csv"], [])).toEqual([]);
});

test("a line tells how many rules there are and whether the version meets them", () => {
  expect(gatesText({ rules: [] }, 2)).toBe("No rules");
  expect(gatesText({ rules: ["f1 >= 0.9"], holds: false }, 2)).toBe("1 rule, not met by v2");
  expect(gatesText({ rules: ["a >= 1", "b >= 1"], holds: true }, 2)).toBe("2 rules, met by v2");
  expect(gatesText({ rules: ["a >= 1"] }, undefined)).toBe("1 rule");
});
