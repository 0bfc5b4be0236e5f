import { expect, test } from "vitest";
import type { Model } from "../api/types";
import { columnChoices, columnsFor, toggleColumn } from "./columns";

const model = { metrics: { accuracy: 0.9, precision: 0.8, far: 0.01 } } as unknown as Model;

test("columns that nobody knows are left out and metrics become columns", () => {
  expect(columnsFor(["kind", "nonsense", "metric.far"]).map((column) => column.title)).toEqual(["Kind", "far"]);
  expect(columnsFor(["metric.far"])[0]!.text(model)).toBe("0.010");
});

test("metrics in sight can be chosen, and those that are columns already are not offered twice", () => {
  const keys = columnChoices(["metric.map"], [model, undefined]).map((column) => column.key);
  expect(keys.slice(-3)).toEqual(["metric.far", "metric.map", "metric.precision"]);
});

test("a chosen column comes where it belongs and goes again", () => {
  expect(toggleColumn(["kind", "created_at"], "accuracy")).toEqual(["kind", "accuracy", "created_at"]);
  expect(toggleColumn(["kind", "created_at"], "metric.far")).toEqual(["kind", "created_at", "metric.far"]);
  expect(toggleColumn(["kind", "accuracy"], "kind")).toEqual(["accuracy"]);
});
