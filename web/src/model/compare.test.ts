import { expect, test } from "vitest";
import type { Diff } from "../api/types";
import { differences, sideName, verdict } from "./compare";

test("more is better, except for what one wants less of", () => {
  expect(verdict("accuracy", 0.9, 0.95)).toBe("better");
  expect(verdict("val_loss", 0.9, 0.95)).toBe("worse");
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

test("a side is called by its version's number", () => {
  expect(sideName("3")).toBe("v3");
  expect(sideName("custom/jarvis@12")).toBe("v12");
  expect(sideName("custom/jarvis@production")).toBe("custom/jarvis@production");
});
