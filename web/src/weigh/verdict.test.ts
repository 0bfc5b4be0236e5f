import { expect, test } from "vitest";
import { chanceText, pointsText, scaleOf, spanText, verdictText } from "./verdict";

test("the verdict is a sentence, and no evidence is not equality", () => {
  expect(verdictText("better", "v1", "v2")).toBe("v2 is better than v1");
  expect(verdictText("worse", "v1", "v2")).toBe("v2 is worse than v1");
  expect(verdictText("no_evidence", "v1", "v2")).toBe("Nothing shows that v1 and v2 differ");
});

test("differences are told in points, always with their sign", () => {
  expect(pointsText(0.0586)).toBe("+5.9 points");
  expect(pointsText(-0.01)).toBe("−1.0 points");
  expect(pointsText(0)).toBe("±0.0 points");
  expect(spanText({ lower: -0.004, upper: 0.077 })).toBe("−0.4 to +7.7");
});

test("a chance that is next to nothing is told so", () => {
  expect([0.00000002, 0.0042, 0.31].map(chanceText)).toEqual(["below 0.0001", "0.0042", "0.310"]);
});

test("nothing is in the middle of the scale, and the interval fits on it", () => {
  const scale = scaleOf({ difference: 0.06, lower: 0.04, upper: 0.08 });
  expect(scale.zero).toBe(0.5);
  expect(scale.left).toBeGreaterThan(0.5);
  expect(scale.left + scale.width).toBeLessThan(1);
  expect(scale.mark).toBeCloseTo(scale.left + scale.width / 2);
  expect(scaleOf({ difference: 0, lower: 0, upper: 0 })).toMatchObject({ width: 0, mark: 0.5 });
});
