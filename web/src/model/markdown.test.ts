import { expect, test } from "vitest";
import { parseInline, parseMarkdown } from "./markdown";

test("headings, paragraphs, lists and code are told apart", () => {
  const blocks = parseMarkdown("# Jarvis\n\nTrained on **48** voices\nat night.\n\n- one\n- two\n\n1. first\n\n```\nx < 1\n```\n");
  expect(blocks.map((block) => block.kind)).toEqual(["heading", "paragraph", "list", "list", "code"]);
  expect(blocks[1]).toEqual({ kind: "paragraph", inlines: [{ kind: "text", text: "Trained on " }, { kind: "strong", text: "48" }, { kind: "text", text: " voices at night." }] });
  expect(blocks[2]).toMatchObject({ ordered: false, items: [[{ text: "one" }], [{ text: "two" }]] });
  expect(blocks[3]).toMatchObject({ ordered: true });
  expect(blocks[4]).toEqual({ kind: "code", text: "x < 1" });
});

test("HTML in a card is text", () => {
  expect(parseMarkdown("<script>alert(1)</script>")).toEqual([{ kind: "paragraph", inlines: [{ kind: "text", text: "<script>alert(1)</script>" }] }]);
});

test("only addresses of pages become links", () => {
  expect(parseInline("[a](https://x.org/y)")).toEqual([{ kind: "link", text: "a", href: "https://x.org/y" }]);
  expect(parseInline("[a](javascript:alert(1))").every((inline) => inline.kind === "text")).toBe(true);
  expect(parseInline("[a](data:text/html,x)")).toEqual([{ kind: "text", text: "[a](data:text/html,x)" }]);
});

test("front matter is left out and a table keeps its cells", () => {
  const blocks = parseMarkdown("---\nlicense: mit\n---\n| a | b |\n|---|---|\n| 1 | `2` |\n");
  expect(blocks).toEqual([{ kind: "table", head: [[{ kind: "text", text: "a" }], [{ kind: "text", text: "b" }]], rows: [[[{ kind: "text", text: "1" }], [{ kind: "code", text: "2" }]]] }]);
});

test("an open fence ends with the text and not with an exception", () => {
  expect(parseMarkdown("```\nabc")).toEqual([{ kind: "code", text: "abc" }]);
  expect(parseMarkdown("")).toEqual([]);
});
