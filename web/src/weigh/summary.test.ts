import { expect, test } from "vitest";
import { orderClasses } from "./summary";

const of = (label: string, f1: number, support: number) => ({ label, f1, support, precision: f1, recall: f1 });

test("the worst labels come first, and those without items last", () => {
  const classes = [of("good", 1, 5), of("none", 0, 0), of("bad", 0.2, 3), of("worse", 0.2, 9)];
  expect(orderClasses(classes, "worst").map(({ label }) => label)).toEqual(["worse", "bad", "good", "none"]);
  expect(orderClasses(classes, "name").map(({ label }) => label)).toEqual(["bad", "good", "none", "worse"]);
  expect(orderClasses(classes, "items")[0]!.label).toBe("worse");
});
