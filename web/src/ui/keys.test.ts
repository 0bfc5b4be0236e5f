import { expect, test } from "vitest";
import { wishOf } from "./keys";

test("g waits for a place, and a place follows it", () => {
  expect(wishOf("g", undefined)).toEqual({ await: "place" });
  expect(wishOf("t", "g")).toEqual({ go: "/trash" });
  expect(wishOf("t", undefined)).toBeUndefined();
  expect(wishOf("q", "g")).toBeUndefined();
});

test("a question mark shows the keys, also behind a g", () => {
  expect(wishOf("?", undefined)).toEqual({ show: "keys" });
  expect(wishOf("?", "g")).toEqual({ show: "keys" });
});
