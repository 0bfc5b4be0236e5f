import { expect, test } from "vitest";
import { readTag } from "./tag-text";

test("a tag is a key and a value, or a key that says yes", () => {
  expect(readTag(" team = audio ")).toEqual({ key: "team", value: "audio" });
  expect(readTag("formula=a=b")).toEqual({ key: "formula", value: "a=b" });
  expect(readTag("urgent")).toEqual({ key: "urgent", value: "yes" });
  expect(readTag("empty=")).toEqual({ key: "empty", value: "" });
  expect(readTag(" = x")).toBeUndefined();
});
