import { expect, test } from "vitest";
import type { Evaluation } from "../api/types";
import { formatOf, knownData, overVersions, sharedData } from "./evaluations";

const of = (evaluation: string, version: number, digest: string, name = `${digest}.csv`) => ({ evaluation, version, data: { digest, name } }) as Evaluation;

test("the format of data that the server has is told by its name", () => {
  expect(["a.csv", "b.TSV", "c.jsonl", "pasted"].map(formatOf)).toEqual(["csv", "tsv", "jsonl", "jsonl"]);
});

test("data are told once, the latest first", () => {
  expect(knownData([of("4", 2, "x"), of("3", 2, "y"), of("1", 1, "x", "older.csv")]).map(({ name }) => name)).toEqual(["x.csv", "y.csv"]);
});

test("over versions stands the newest evaluation of each on the same data", () => {
  const list = [of("4", 1, "x"), of("3", 2, "x"), of("2", 3, "y"), of("1", 1, "x")];
  expect(overVersions(list, "x").map(({ evaluation }) => evaluation)).toEqual(["4", "3"]);
});

test("two versions are compared on data that both were weighed on", () => {
  const shared = sharedData([[of("5", 1, "y"), of("1", 1, "x"), of("0", 1, "x")], [of("4", 2, "x"), of("3", 2, "z")]]);
  expect(shared.map(({ digest, evaluations }) => [digest, evaluations.map((one) => one.evaluation)])).toEqual([["x", ["1", "4"]]]);
  expect(sharedData([])).toEqual([]);
});
