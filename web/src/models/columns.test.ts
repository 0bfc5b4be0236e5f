import { expect, test } from "vitest";
import type { Model } from "../api/types";
import { classesOf, columnChoices, columnsFor, differenceOf, toggleColumn, withClass, type ListedModel } from "./columns";

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

test("a class is a column, and one list shows one metric of classes", () => {
  const keys = withClass(withClass(["kind"], "ap", "dog"), "f1", 'a "big", cat');
  expect(classesOf(keys)).toEqual({ metric: "f1", names: ["dog", 'a "big", cat'] });
  expect(keys.join(",").split(",")).toEqual(keys);
  const [, dog, cat] = columnsFor(keys);
  expect([dog!.title, cat!.sort]).toEqual(["f1 dog", 'metric.f1{class="a ""big"", cat"}']);
  expect(dog!.text({ ...model, classes: { dog: 0.5 } })).toBe("0.500");
  expect(dog!.text(model)).toBe("–");
});

test("a number is told beside another model's", () => {
  const [accuracy, size, kind] = columnsFor(["accuracy", "size_bytes", "kind"]);
  const [mine, base] = [{ accuracy: 0.9, size_bytes: 1000 }, { accuracy: 0.93, size_bytes: 3000 }] as unknown as [ListedModel, ListedModel];
  expect(differenceOf(accuracy!, mine, base)).toBe("−3.0");
  expect(differenceOf(size!, mine, base)).toBe("−2.00 kB");
  expect(differenceOf(kind!, mine, base)).toBeUndefined();
  expect(differenceOf(accuracy!, {} as ListedModel, base)).toBeUndefined();
});
