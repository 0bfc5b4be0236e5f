import { expect, test } from "vitest";
import { markWords, strengthOf } from "./marked-text";

const textOf = (pieces: ReturnType<typeof markWords>) => pieces.map((piece) => piece.text).join("");

test("words are found where they stand, and nothing of the text is lost", () => {
  const text = "play something by Miles!";
  const pieces = markWords(text, [{ text: "play", weight: 3 }, { text: "Miles", weight: -0.1 }, { text: "!", weight: 0.2 }]);
  expect(textOf(pieces)).toBe(text);
  expect(pieces.filter((piece) => piece.weight !== undefined)).toEqual([{ text: "play", weight: 3 }, { text: "Miles", weight: -0.1 }, { text: "!", weight: 0.2 }]);
});

test("a word is not found inside another one", () => {
  const pieces = markWords("a playlist to play", [{ text: "play", weight: 2 }, { text: "a", weight: 1 }]);
  expect(pieces.map((piece) => piece.weight)).toEqual([1, undefined, 2]);
});

test("a word that stands twice has its mean in both places", () => {
  const pieces = markWords("no, no", [{ text: "no", weight: 3 }, { text: "no", weight: 1 }]);
  expect(pieces.map((piece) => piece.weight)).toEqual([2, undefined, 2]);
});

test("scripts without spaces are marked sign by sign", () => {
  expect(markWords("我的卡", [{ text: "卡", weight: 1 }])).toEqual([{ text: "我的" }, { text: "卡", weight: 1 }]);
});

test("a word with an apostrophe is one", () => {
  expect(markWords("I can't", [{ text: "can't", weight: 1 }])).toEqual([{ text: "I " }, { text: "can't", weight: 1 }]);
});

test("a mark is as strong as its share of the strongest", () => {
  expect([10, -5, 2, 0.8, 0.1].map((weight) => strengthOf(weight, 10))).toEqual([3, 3, 2, 1, 0]);
  expect(strengthOf(0, 0)).toBe(0);
});
