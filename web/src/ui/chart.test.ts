import { expect, test } from "vitest";
import { chartOf, dottedOf, lineOf, lowered } from "./chart";

test("values lie between their least and their greatest, inside the border", () => {
  const chart = chartOf([1, 3, 2])!;
  expect(chart).toMatchObject({ low: 1, high: 3 });
  expect(chart.points.map((point) => [point.x, Number(point.y.toFixed(2))])).toEqual([[0, 0.08], [0.5, 0.92], [1, 0.5]]);
  expect(lineOf(chart)).toBe("0.00,92.00 50.00,8.00 100.00,50.00");
});

test("an absent value leaves its place empty and the others where they are", () => {
  expect(chartOf([1, undefined, 2, Number.NaN, 4])!.points.map((point) => [point.index, point.x])).toEqual([[0, 0], [2, 0.5], [4, 1]]);
  expect(chartOf([undefined])).toBeUndefined();
});

test("one value and equal values lie in the middle", () => {
  expect(chartOf([7])!.points).toEqual([{ index: 0, value: 7, x: 0.5, y: 0.5 }]);
  expect(chartOf([7, 7])!.points.map((point) => point.y)).toEqual([0.5, 0.5]);
});

test("of many points only the marked ones and the last get a dot", () => {
  const chart = chartOf(Array.from({ length: 500 }, (_, index) => index))!;
  expect(dottedOf(chart, (index) => index === 42, 60).map((point) => point.index)).toEqual([42, 499]);
  expect(dottedOf(chart, () => false, 500)).toHaveLength(500);
});

test("of marks that stand close together every second one goes below", () => {
  const { points } = chartOf(Array.from({ length: 11 }, (_, index) => index))!;
  expect([...lowered([points[0]!, points[1]!, points[2]!, points[9]!])]).toEqual([1]);
});
