import { expect, test } from "vitest";
import * as plan from "./plan";

test("the folder that all files share is the name, not part of the paths", () => {
  expect(plan.splitFolder(["jarvis/model.pt", "jarvis/sub/a.json"])).toEqual({ folder: "jarvis", paths: ["model.pt", "sub/a.json"] });
  expect(plan.splitFolder(["jarvis/model.pt", "other/a.json"])).toEqual({ folder: undefined, paths: ["jarvis/model.pt", "other/a.json"] });
  expect(plan.splitFolder(["model.pt"])).toEqual({ folder: undefined, paths: ["model.pt"] });
  expect(plan.splitFolder([])).toEqual({ folder: undefined, paths: [] });
});

test("a name is suggested from the folder, else from the weights, and never from a word that names nothing", () => {
  expect(plan.suggestName(["hey nova/model.pt"])).toBe("hey_nova");
  expect(plan.suggestName(["readme.md", "jarvis.pt", "jarvis.json"])).toBe("jarvis");
  expect(plan.suggestName(["model.pt", "metadata.json"])).toBe("");
});

test("any text becomes a name that the rule allows", () => {
  expect(plan.toName("  hey nova ")).toBe("hey_nova");
  expect(plan.toName("../../etc/passwd")).toBe("etc-passwd");
  expect(plan.toName("größe")).toBe("gr--e");
  expect(plan.toName("x".repeat(200))).toHaveLength(128);
});

test("a name that breaks the rule is told why", () => {
  expect(plan.nameProblem("jarvis-2.1_b")).toBeUndefined();
  expect(plan.nameProblem("")).toContain("needs a name");
  expect(plan.nameProblem(".hidden")).toContain("begins");
  expect(plan.nameProblem("a/b")).toContain("letters, digits");
  expect(plan.nameProblem("List")).toContain("reserved");
  expect(plan.nameProblem("x".repeat(129))).toContain("128");
});

test("metadata with a wake word is a wake word's", () => {
  expect(plan.suggestKind({ wake_word: "jarvis" })).toBe("wake-word");
  expect(plan.suggestKind({})).toBe("other");
  expect(plan.suggestKind(undefined)).toBe("other");
});

test("weights without metadata are kept, with a word of advice", () => {
  expect(plan.advice(["jarvis.pt"])[0]).toContain("no .json");
  expect(plan.advice(["jarvis.pt", "jarvis.json"])).toEqual([]);
  expect(plan.advice(["notes.txt"])[0]).toContain("weights");
});

test("what systems leave in folders is not part of a model", () => {
  expect(plan.isLitter("jarvis/.DS_Store")).toBe(true);
  expect(plan.isLitter("jarvis/._model.pt")).toBe(true);
  expect(plan.isLitter("jarvis/.gitattributes")).toBe(false);
});
