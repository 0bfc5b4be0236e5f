import { expect, test } from "vitest";
import { parseViews, withView } from "./views";

test("what is no view is left out, and an address leads nowhere else", () => {
  expect(parseViews(JSON.stringify([{ name: "mine", address: "/?type=custom" }, { name: "x" }, null, { name: "evil", address: "//example.org" }]))).toEqual([{ name: "mine", address: "/?type=custom" }]);
  expect(parseViews("not json")).toEqual([]);
  expect(parseViews('{"name":1}')).toEqual([]);
  expect(parseViews(undefined)).toEqual([]);
});

test("a name is there once, and views stand in order", () => {
  const views = withView(withView([{ name: "b", address: "/?1" }], { name: "a", address: "/?2" }), { name: "b", address: "/?3" });
  expect(views).toEqual([{ name: "a", address: "/?2" }, { name: "b", address: "/?3" }]);
});
