import { expect, test } from "vitest";
import { fieldTime, serverTime, timelineOf } from "./timeline";

const at = (hour: number) => `2026-01-06T${String(hour).padStart(2, "0")}:00:00Z`;

test("bars follow one another on one scale, and the last one reaches until now", () => {
  const timeline = timelineOf([
    { alias: "production", version: 2, from: at(4) },
    { alias: "production", version: 1, from: at(0), to: at(4) },
    { alias: "staging", version: 2, from: at(2), to: at(3) },
  ], Date.parse(at(8)))!;
  expect(timeline.lanes.map((lane) => [lane.alias, lane.bars.map((bar) => [bar.version, bar.left, bar.width])])).toEqual([
    ["production", [[1, 0, 0.5], [2, 0.5, 0.5]]],
    ["staging", [[2, 0.25, 0.125]]],
  ]);
});

test("production stands on top, current below it and the rest by name", () => {
  const spans = ["b", "current", "a", "production"].map((alias) => ({ alias, version: 1, from: at(0) }));
  expect(timelineOf(spans, Date.parse(at(1)))!.lanes.map((lane) => lane.alias)).toEqual(["production", "current", "a", "b"]);
  expect(timelineOf([], 0)).toBeUndefined();
});

test("a moment goes through the field and back", () => {
  const moment = Date.parse("2026-01-06T15:04:00Z");
  expect(serverTime(fieldTime(moment))).toBe("2026-01-06T15:04:00.000Z");
  expect(serverTime("soon")).toBeUndefined();
});
