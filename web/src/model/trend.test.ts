import { expect, test } from "vitest";
import type { Version } from "../api/types";
import { trendsOf } from "./trend";

const versions = (...metrics: Array<Record<string, number>>) => metrics.map((one, index) => ({ version: index + 1, metrics: one }) as unknown as Version);

test("a metric that a version lacks leaves a gap, and change is from the last that has it", () => {
  const [f1, loss] = trendsOf(versions({ f1: 0.8, loss: 1 }, {}, { f1: 0.9, loss: 2 }));
  expect(f1).toMatchObject({ name: "f1", values: [0.8, undefined, 0.9], last: 0.9, good: true });
  expect(f1!.change).toBeCloseTo(0.1);
  expect(loss).toMatchObject({ name: "loss", change: 1, good: false });
});

test("what most versions have comes first, and one metric under two names once", () => {
  expect(trendsOf(versions({ rare: 1, f1: 1, f1_score: 1 }, { f1: 1, f1_score: 1 })).map((trend) => trend.name)).toEqual(["f1", "rare"]);
});

test("a single version has a value and no change", () => {
  expect(trendsOf(versions({ f1: 0.8 }))[0]).toMatchObject({ last: 0.8, change: undefined, good: undefined });
});
