import { expect, test } from "vitest";
import { fitOrder, kFitChoices, newWarnings } from "./fit";

const data = { data: "sha256:ab", format: "csv", data_name: "x.csv" } as const;

test("what was left empty is left to the server", () => {
  expect(fitOrder(data, kFitChoices)).toEqual(data);
  expect(fitOrder(data, { ...kFitChoices, label: "  ", seed: "many" })).toEqual(data);
});

test("what was chosen is asked for", () => {
  expect(fitOrder(data, { base: "builtin/ngram-v1", label: "v2 ", notes: "more", seed: "7", folds: "0" })).toEqual({ ...data, base: "builtin/ngram-v1", label: "v2", notes: "more", options: { seed: 7, folds: 0 } });
});

test("only what the review could not know is said after the training", () => {
  expect(newWarnings({ warnings: [{ code: "duplicate", message: "again" }, { code: "onnx", message: "No export." }] })).toEqual(["No export."]);
  expect(newWarnings({})).toEqual([]);
});
