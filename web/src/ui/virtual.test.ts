import { expect, test } from "vitest";
import { columnsThatFit, moveByKey, totalHeight, visibleRange } from "./virtual";

const million = { count: 1_000_000, columns: 1, rowHeight: 44 };

test("a million rows draw no more than the window and a few to spare", () => {
  const { first, end } = visibleRange({ scrolled: 22_000_000, height: 900 }, million);
  expect(first).toBe(499_996);
  expect(end - first).toBeLessThan(32);
});

test("the top of the list begins with the first item", () => {
  expect(visibleRange({ scrolled: -300, height: 900 }, { count: 5, columns: 3, rowHeight: 200 })).toEqual({ first: 0, end: 5 });
});

test("a list that ends above the window draws nothing that does not exist", () => {
  const range = visibleRange({ scrolled: 90_000, height: 900 }, { count: 10, columns: 1, rowHeight: 44 });
  expect(range.end).toBeLessThanOrEqual(10);
  expect(range.first).toBeLessThanOrEqual(range.end);
});

test("rows of several columns are drawn whole", () => {
  const { first } = visibleRange({ scrolled: 2_000, height: 900 }, { count: 300, columns: 4, rowHeight: 200 });
  expect(first % 4).toBe(0);
  expect(totalHeight({ count: 9, columns: 4, rowHeight: 200 })).toBe(600);
});

test("as many columns as fit, and never none", () => {
  expect(columnsThatFit(1000, 300, 16)).toBe(3);
  expect(columnsThatFit(948, 300, 24)).toBe(3);
  expect(columnsThatFit(200, 300, 16)).toBe(1);
});

test("arrows move within the list and stop at its ends", () => {
  const grid = { count: 10, columns: 3, rowHeight: 1 };
  expect(moveByKey("ArrowDown", 1, grid)).toBe(4);
  expect(moveByKey("ArrowUp", 1, grid)).toBeUndefined();
  expect(moveByKey("ArrowRight", 9, grid)).toBeUndefined();
  expect(moveByKey("End", 2, grid)).toBe(9);
  expect(moveByKey("Home", 2, grid)).toBe(0);
  expect(moveByKey("a", 2, grid)).toBeUndefined();
  expect(moveByKey("ArrowRight", 0, { ...grid, columns: 1 })).toBeUndefined();
});
