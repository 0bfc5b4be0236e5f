import { expect, test } from "vitest";
import { phaseText } from "./phase";

test("a phase is told in words, and an unknown one by its name", () => {
  expect(phaseText({ state: "running", phase: "training" })).toMatch(/^Training/);
  expect(phaseText({ state: "running", phase: "polishing" })).toBe("polishing");
  expect(phaseText({ state: "running", phase: "" })).toBe("Starting");
  expect(phaseText({ state: "waiting", phase: "training" })).toMatch(/^Waiting/);
});
