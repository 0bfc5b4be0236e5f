import { expect, test } from "vitest";
import { linkOfJob } from "./job-link";

const of = (kind: string, state: "running" | "completed" | "failed", parameters: Record<string, unknown>, result?: Record<string, unknown>) => linkOfJob({ job_id: "J", kind, state, parameters, ...(result ? { result } : {}) });

test("a fit leads to where it is watched, then to its version", () => {
  expect(of("fit", "running", { model: "custom/a" })?.href).toBe("/train?model=custom%2Fa&job=J");
  expect(of("fit", "completed", { model: "custom/a" }, { model: "custom/a", version: 2 })).toEqual({ text: "custom/a@2", href: "/models/custom/a?version=2" });
  expect(of("fit", "failed", { model: "custom/a" })).toBeUndefined();
});

test("an evaluation leads to its figures", () => {
  expect(of("evaluate", "running", { model: "custom/a", version: 1 })?.href).toBe("/models/custom/a?tab=evaluate&version=1&job=J");
  expect(of("evaluate", "completed", { model: "custom/a", version: 1 }, { model: "custom/a", version: 1, evaluation: "E" })?.href).toBe("/models/custom/a?tab=evaluate&version=1&evaluation=E");
});

test("other jobs lead nowhere", () => {
  expect(of("verify", "completed", {})).toBeUndefined();
});
