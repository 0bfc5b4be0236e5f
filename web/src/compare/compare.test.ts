import { expect, test } from "vitest";
import type { Diff } from "../api/types";
import { diffRequest, differences, sideNames, verdict } from "./compare";

test("more is better, except for what one wants less of", () => {
  expect(verdict("accuracy", 0.9, 0.95)).toBe("better");
  expect(verdict("val_loss", 0.9, 0.95)).toBe("worse");
  expect(verdict("brier", 0.47, 0.31)).toBe("better");
  expect(verdict("far", 0.05, 0.01)).toBe("better");
  expect(verdict("farthest", 1, 2)).toBe("better");
  expect(verdict("f1", 0.9, 0.9)).toBe("same");
  expect(verdict("f1", null, 0.9)).toBeUndefined();
});

test("only what differs is counted", () => {
  const diff = {
    files: [{ change: "same" }, { change: "added" }],
    metadata: [{ path: "threshold" }],
    metrics: [{ name: "f1", from: 1, to: 1 }, { name: "accuracy", from: 1, to: 2 }],
    tensors: [{ change: "changed" }],
    tensor_counts: { same: 20, changed: 2, added: 1, gone: 0 },
  } as unknown as Diff;
  expect(differences(diff)).toEqual({ files: 1, metadata: 1, metrics: 1, tensors: 3 });
});

test("sides are called by their numbers, and by their models where these differ", () => {
  expect(sideNames({ from: "custom/jarvis@3", to: "custom/jarvis@12" })).toEqual({ from: "v3", to: "v12" });
  expect(sideNames({ from: "custom/nova@3", to: "custom/jarvis@1" })).toEqual({ from: "nova v3", to: "jarvis v1" });
  expect(sideNames({ from: "custom/nova@3", to: "custom/nova@production" })).toEqual({ from: "v3", to: "production" });
});

test("two references are asked of the first one's model", () => {
  expect(diffRequest("custom/nova@3", "jarvis@production")).toEqual({ path: "/api/namespaces/custom/models/nova/diff", query: { from: "3", to: "jarvis@production" } });
  expect(diffRequest("nova", "custom/jarvis")).toEqual({ path: "/api/models/nova/diff", query: { from: "current", to: "custom/jarvis@current" } });
  expect(diffRequest("nova@2", " ")).toBeUndefined();
  expect(diffRequest("a/b/c", "nova")).toBeUndefined();
});
