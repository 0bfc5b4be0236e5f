import { expect, test } from "vitest";
import { createStore } from "./store";

test("a watcher hears of every change until it stops watching", () => {
  const store = createStore(1);
  const heard: number[] = [];
  const stop = store.watch(() => heard.push(store.get()));
  store.set(2);
  store.update((now) => now + 1);
  stop();
  store.set(9);
  expect(heard).toEqual([2, 3]);
});

test("setting the same value again tells nobody", () => {
  const store = createStore("a");
  let calls = 0;
  store.watch(() => calls++);
  store.set("a");
  expect(calls).toBe(0);
});
