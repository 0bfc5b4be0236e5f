import { expect, test } from "vitest";
import { allOf } from "./all-of";

test("one that fails does not stop the others", async () => {
  const { done, failed } = await allOf([1, 2, 3], async (item) => { if (item === 2) throw new Error("no"); return item * 10; });
  expect(done.map(({ item, result }) => [item, result])).toEqual([[1, 10], [3, 30]]);
  expect(failed.map(({ item, error }) => [item, error.message])).toEqual([[2, "no"]]);
});

test("no more than a few are under way at once", async () => {
  let now = 0;
  let most = 0;
  await allOf(Array.from({ length: 20 }, (_, index) => index), async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now -= 1;
  }, 3);
  expect(most).toBe(3);
});

test("nothing to do is done at once", async () => {
  expect(await allOf([], async () => 1)).toEqual({ done: [], failed: [] });
});
