import { expect, test } from "vitest";
import { linesOf, percentageOf } from "./publication-form";

test("improvements are lines, and empty ones are none", () => {
  expect(linesOf("quiet rooms\n\n  children \n")).toEqual(["quiet rooms", "children"]);
  expect(linesOf("")).toEqual([]);
});

test("a percentage is a whole number, and everybody where none is given", () => {
  expect(percentageOf("10")).toBe(10);
  expect(percentageOf(" ")).toBe(100);
  expect(percentageOf("120")).toBe(120);
});
