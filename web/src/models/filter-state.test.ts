import { expect, test } from "vitest";
import * as s from "./filter-state";

const read = (text: string) => s.readFilterState(new URLSearchParams(text));

test("the plain address is the plain list", () => {
  const state = read("");
  expect(state).toEqual({ type: "all", search: "", filter: "", sort: "-created_at", view: "cards", columns: s.kDefaultColumns, beside: false });
  expect(s.requestOf(state)).toEqual({});
  expect(s.isNarrowed(state)).toBe(false);
});

test("an address gives back the state that made it", () => {
  const state: s.FilterState = { type: "custom", search: "jar vis", filter: "kind = 'wake-word' AND metric.f1 >= 0.9", sort: "name", view: "table", columns: ["kind", "class.ap.a%2Cb"], beside: true };
  expect(s.readFilterState(new URL(s.addressOf(state), "http://x").searchParams)).toEqual(state);
});

test("a type or view that nobody knows means all, as cards", () => {
  expect(read("type=other&view=globe")).toMatchObject({ type: "all", view: "cards" });
});

test("the saved view counts until the address says otherwise", () => {
  expect(s.readFilterState(new URLSearchParams(""), "table").view).toBe("table");
  expect(s.readFilterState(new URLSearchParams("view=cards"), "table").view).toBe("cards");
});

test("spaces around a search are not searched for", () => {
  expect(s.requestOf(read("search=%20jarvis%20")).search).toBe("jarvis");
});

test("a column sorts from its useful end and then turns round", () => {
  expect(s.nextSort("-created_at", "name")).toBe("name");
  expect(s.nextSort("name", "name")).toBe("-name");
  expect(s.nextSort("name", "metric.accuracy")).toBe("-metric.accuracy");
  expect(s.nextSort("-metric.accuracy", "metric.accuracy")).toBe("metric.accuracy");
  expect(s.sortDirection("-name", "name")).toBe("descending");
  expect(s.sortDirection("name", "name")).toBe("ascending");
  expect(s.sortDirection("name", "kind")).toBe("none");
});

test("a clicked condition joins what is there, once, and respects an OR", () => {
  const filterAfter = (filter: string) => new URL(s.addressWith({ ...read(""), filter }, "kind", "other"), "http://x").searchParams.get("filter");
  expect(filterAfter("")).toBe("kind = 'other'");
  expect(filterAfter("a = 1")).toBe("a = 1 AND kind = 'other'");
  expect(filterAfter("a = 1 or c = 3")).toBe("(a = 1 or c = 3) AND kind = 'other'");
  expect(filterAfter("a = 1 AND kind = 'other'")).toBe("a = 1 AND kind = 'other'");
});

test("a quote inside a text is doubled", () => {
  expect(decodeURIComponent(s.addressWith(read(""), "tag.day", "o'clock"))).toContain("'o''clock'");
});

test("what is narrowed in several ways is one filter", () => {
  expect(s.filterOf(read("type=custom&search=o%27hara&filter=pinned%20OR%20trained"))).toBe("(pinned OR trained) AND 'o''hara' AND namespace != 'default'");
  expect(s.filterOf(read(""))).toBe("");
});
