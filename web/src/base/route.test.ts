import { expect, test } from "vitest";
import { matchPath, withQuery } from "./route";

test("a pattern gives the parts that it names", () => {
  expect(matchPath("/models/:ns/:name", "/models/custom/jarvis")).toEqual({ ns: "custom", name: "jarvis" });
  expect(matchPath("/models/:ns/:name", "/models/custom/jarvis/")).toEqual({ ns: "custom", name: "jarvis" });
  expect(matchPath("/", "/")).toEqual({});
});

test("a path that is shorter, longer or other does not fit", () => {
  expect(matchPath("/models/:ns/:name", "/models/custom")).toBeUndefined();
  expect(matchPath("/trash", "/storage")).toBeUndefined();
  expect(matchPath("/", "/trash")).toBeUndefined();
});

test("a broken escape is a page that does not exist, not an exception", () => {
  expect(matchPath("/help/:topic", "/help/%E0%A4%A")).toBeUndefined();
});

test("only values that say something reach the address", () => {
  expect(withQuery("/", { q: "", type: undefined, sort: "name" })).toBe("/?sort=name");
  expect(withQuery("/", { q: "a b&c" })).toBe("/?q=a+b%26c");
  expect(withQuery("/", {})).toBe("/");
});
