import { expect, test } from "vitest";
import { kindWord, tellingAliases, titleOf } from "./naming";

test("a wake word is called by its word, everything else by its display name", () => {
  const names = { wake_word: "hey nova", display_name: "Nova, second try", name: "hey_nova" };
  expect(titleOf({ ...names, kind: "wake-word" })).toBe("hey nova");
  expect(titleOf({ ...names, kind: "detector" })).toBe("Nova, second try");
  expect(titleOf({ kind: "other", wake_word: "", display_name: "", name: "x" })).toBe("x");
});

test("a kind of a newer server is shown as it is", () => {
  expect(kindWord("wake-word")).toBe("Wake word");
  expect(kindWord("oracle" as never)).toBe("oracle");
});

test("current is no news and the others come in order", () => {
  expect(tellingAliases({ current: 3, staging: 3, production: 2 })).toEqual([["production", 2], ["staging", 3]]);
});
