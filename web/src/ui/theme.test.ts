import { expect, test } from "vitest";
import { nextTheme, parseTheme } from "./theme";

test("the switch goes round from system over light and dark", () => {
  expect(nextTheme("system")).toBe("light");
  expect(nextTheme("light")).toBe("dark");
  expect(nextTheme("dark")).toBe("system");
});

test("what an older version remembered and nobody knows now means the system's choice", () => {
  expect(parseTheme("sepia")).toBe("system");
  expect(parseTheme(undefined)).toBe("system");
  expect(parseTheme("dark")).toBe("dark");
});
