import { expect, test } from "vitest";
import type { Model } from "../api/types";
import { knownOf } from "./filter-language";
import { quickConditions } from "./quick-conditions";

const models = [{ kind: "wake-word", metrics: { f1: 0.9 }, aliases: { current: 1, production: 1 }, namespace: "custom", formats: [], tags: { team: "o'clock" }, pinned: false }] as unknown as Model[];
const titles = (filter: string) => quickConditions(models, knownOf(models), filter, Date.parse("2026-02-01T00:00:00Z")).map((quick) => quick.title);

test("only what the models in sight have can be clicked", () => {
  expect(titles("")).toEqual(["Wake word", "production", "F1 from 0.9", "Of the last 30 days", "Over 100 MB", "team = o'clock"]);
});

test("what is in the filter already is not offered again", () => {
  expect(titles("kind = 'wake-word' AND tag.team = 'o''clock' AND created_at >= 2026-01-02")).toEqual(["production", "F1 from 0.9", "Over 100 MB"]);
});
