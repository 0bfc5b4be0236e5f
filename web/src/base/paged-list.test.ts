import { expect, test } from "vitest";
import { PagedList } from "./paged-list";

// `size` numbers in pages of ten; the cursor is the first number of a page.
function numbers(size: number, kept = 12) {
  const asked: string[] = [];
  const list = new PagedList<number>(async (cursor) => {
    const first = Number(cursor ?? 0);
    asked.push(cursor ?? "start");
    const items = Array.from({ length: Math.min(10, size - first) }, (_, index) => first + index);
    return { items, next: first + 10 < size ? String(first + 10) : null, total: size };
  }, kept);
  return { list, asked };
}

test("pages come one after another until the list is complete", async () => {
  const { list } = numbers(25);
  await list.show(0, 5);
  expect(list.state.get()).toMatchObject({ count: 10, total: 25, complete: false });
  await list.show(5, 15);
  await list.show(15, 30);
  expect(list.state.get()).toMatchObject({ count: 25, complete: true, loading: false });
  expect(list.at(24)).toBe(24);
  expect(list.at(25)).toBeUndefined();
});

test("what is held already is not asked for again", async () => {
  const { list, asked } = numbers(25);
  await list.show(0, 5);
  await list.show(2, 9);
  expect(asked).toEqual(["start"]);
});

test("two wishes at once make one request", async () => {
  const { list, asked } = numbers(25);
  await Promise.all([list.show(0, 5), list.show(0, 5)]);
  expect(asked).toEqual(["start"]);
});

test("far pages are let go and fetched again with their own cursor", async () => {
  const { list, asked } = numbers(100, 4);
  for (let first = 0; first < 100; first += 10) await list.show(first, first + 9);
  expect(list.at(0)).toBeUndefined();
  expect(list.state.get().count).toBe(100);
  await list.show(10, 12);
  expect(list.at(11)).toBe(11);
  expect(asked.at(-1)).toBe("10");
});

test("pages on both sides of a border that were let go come again together", async () => {
  const { list } = numbers(100, 4);
  for (let first = 0; first < 100; first += 10) await list.show(first, first + 9);
  await list.show(5, 14);
  expect([list.at(5), list.at(14)]).toEqual([5, 14]);
});

test("a wish that comes while another is under way is not forgotten", async () => {
  const { list } = numbers(100, 4);
  for (let first = 0; first < 90; first += 10) await list.show(first, first + 9);
  const toTheEnd = list.show(90, 99);
  await list.show(0, 5);
  await toTheEnd;
  expect(list.at(0)).toBe(0);
  expect(list.state.get().loading).toBe(false);
});

test("a wish wider than what is kept is granted once", async () => {
  const { list, asked } = numbers(100, 4);
  await list.show(0, 99);
  expect(asked).toHaveLength(10);
  expect(list.at(0)).toBe(0);
});

test("an item that is taken out can be put back where it was", async () => {
  const { list } = numbers(10);
  await list.show(0, 9);
  const putBack = list.remove((item) => item === 3);
  expect(list.at(3)).toBe(4);
  expect(list.state.get()).toMatchObject({ count: 9, total: 9 });
  putBack?.();
  expect(list.at(3)).toBe(3);
  expect(list.remove((item) => item === 99)).toBeUndefined();
});

test("a failure stays until somebody tries again", async () => {
  let fail = true;
  const list = new PagedList<number>(async () => {
    if (fail) throw new Error("away");
    return { items: [1], next: null };
  });
  await list.show(0, 5);
  expect(list.state.get()).toMatchObject({ error: { message: "away" }, loading: false });
  fail = false;
  await list.show(0, 5);
  expect(list.state.get().count).toBe(0);
  await list.retry();
  expect(list.state.get()).toMatchObject({ count: 1, error: undefined, complete: true });
});

test("a closed list says nothing any more", async () => {
  let answer: (value: { items: number[]; next: null }) => void = () => undefined;
  const list = new PagedList<number>(() => new Promise((resolve) => (answer = resolve)));
  const shown = list.show(0, 5);
  list.close();
  answer({ items: [1], next: null });
  await shown;
  expect(list.state.get().count).toBe(0);
});
