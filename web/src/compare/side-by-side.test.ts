import { expect, test } from "vitest";
import type { Version } from "../api/types";
import { readSides, sectionsOf } from "./side-by-side";

const version = (number: number, more: Partial<Version>): Version => ({
  model: "m", version: number, reference: `custom/m@${number}`, created_at: "2026-01-06T15:00:00Z", size_bytes: 10, file_count: 1, manifest: "", pinned: false, aliases: [], is_current: false, metrics: {}, ...more,
});
const rows = (versions: Version[], title: string) => sectionsOf(versions).find((section) => section.title === title)?.rows ?? [];

test("the best of each metric is marked, the least where less is better", () => {
  const versions = [version(1, { metrics: { f1: 0.8, loss: 0.3 } }), version(2, { metrics: { f1: 0.9, loss: 0.5 } }), version(3, { metrics: { f1: 0.9 } })];
  expect(rows(versions, "Metrics").map((row) => [row.name, row.best, row.cells[2]])).toEqual([["f1", [1, 2], "0.9000"], ["loss", [0], "–"]]);
});

test("equal values have no best one and do not differ", () => {
  const [row] = rows([version(1, { metrics: { f1: 0.8 } }), version(2, { metrics: { f1: 0.8 } })], "Metrics");
  expect(row).toMatchObject({ differs: false, best: [] });
});

test("metadata that one of them lacks is a difference", () => {
  const found = rows([version(1, { metadata: { a: 1, b: { c: "x" } } }), version(2, { metadata: { a: 1 } })], "Metadata");
  expect(found.map((row) => [row.name, row.cells, row.differs])).toEqual([["a", ["1", "1"], false], ["b.c", ["x", "–"], true]]);
});

test("an address names each side once and five at most", () => {
  expect(readSides("9,8,,9, production,4,3,2")).toEqual(["9", "8", "production", "4", "3"]);
  expect(readSides(null)).toEqual([]);
});
