import { expect, test } from "vitest";
import { differenceOf, matrixOf, mistakesOf, shiftsOf } from "./confusion";

const cell = (actual: string, predicted: string, count: number) => ({ actual, predicted, count });
const kCells = [cell("a", "a", 8), cell("a", "b", 2), cell("b", "b", 5), cell("b", "c", 5), cell("c", "c", 9), cell("c", "a", 1)];

test("mistakes come by their number, with their share of what is of the label", () => {
  expect(mistakesOf(kCells).map(({ actual, predicted, count, share }) => [actual, predicted, count, share])).toEqual([["b", "c", 5, 0.5], ["a", "b", 2, 0.2], ["c", "a", 1, 0.1]]);
});

test("few labels make the whole matrix", () => {
  expect(matrixOf(kCells, ["a", "b", "c"], 10)).toEqual({ labels: ["a", "b", "c"], others: 0, rows: [[8, 2, 0], [0, 5, 5], [1, 0, 9]], totals: [10, 10, 10] });
});

test("of many labels those that are confused most are shown, and the others in one column", () => {
  const matrix = matrixOf(kCells, ["a", "b", "c"], 2);
  expect(matrix).toEqual({ labels: ["b", "c"], others: 1, rows: [[5, 5, 0], [0, 9, 1]], totals: [10, 10] });
});

test("without mistakes the first labels are shown", () => {
  expect(matrixOf([cell("a", "a", 1), cell("b", "b", 1), cell("c", "c", 1)], ["a", "b", "c"], 2).labels).toEqual(["a", "b"]);
});

test("shifts between two versions tell what is confused less or more", () => {
  const shifts = shiftsOf([{ actual: "a", predicted: "b", from: 5, to: 1 }, { actual: "a", predicted: "a", from: 5, to: 9 }, { actual: "b", predicted: "a", from: 0, to: 1 }, { actual: "c", predicted: "a", from: 2, to: 2 }]);
  expect(shifts.map(({ actual, predicted, change }) => [actual, predicted, change])).toEqual([["a", "b", -4], ["b", "a", 1]]);
});

test("the difference of two matrices holds the labels that changed, with the right answers in its diagonal", () => {
  const all = [{ actual: "a", predicted: "b", from: 5, to: 1 }, { actual: "a", predicted: "a", from: 5, to: 9 }, { actual: "c", predicted: "c", from: 3, to: 3 }];
  expect(differenceOf(shiftsOf(all), all, 10)).toEqual({ labels: ["a", "b"], rows: [[4, -4], [0, 0]] });
});
