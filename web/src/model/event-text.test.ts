import { expect, test } from "vitest";
import type { HistoryEvent } from "../api/types";
import { aliasSpans, eventText } from "./event-text";

let sequence = 0;
const happened = (action: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({ sequence: ++sequence, at: "2026-01-06T15:00:00Z", actor: "ci", action, ...more });

test("a move tells where from, where to and why", () => {
  const event = happened("alias.moved", { subject: "production", version: 3, details: { from: 2, to: 3, reason: "fewer false alarms" } });
  expect(eventText(event)).toBe("production moved from version 2 to version 3: fewer false alarms");
  expect(eventText(happened("alias.moved", { subject: "production", version: 1 }))).toBe("production moved to version 1");
  expect(eventText(happened("alias.rolled_back", { subject: "production", version: 2, details: { from: 3, to: 2 } }))).toBe("production was rolled back from version 3 to version 2");
});

test("rules and evaluations are told in words", () => {
  expect(eventText(happened("gates.changed", { subject: "production", details: { from: [], to: ["f1 >= 0.9", "accuracy >= 0.9"] } }))).toBe("The rules of production were changed: f1 >= 0.9, accuracy >= 0.9");
  expect(eventText(happened("gates.changed", { subject: "production", details: { to: [] } }))).toBe("The rules of production were changed: it demands nothing any more");
  expect(eventText(happened("version.exported", { version: 2 }))).toBe("Version 2 was written for other programs");
  expect(eventText(happened("version.evaluated", { subject: "test.csv", version: 2 }))).toBe("Version 2 was weighed on test.csv");
});

test("an action that nobody knows here is shown by its name", () => {
  expect(eventText(happened("gate.refused", { subject: "production", version: 4 }))).toBe("gate.refused “production” version 4");
});

test("spans say what an alias pointed at and until when", () => {
  const at = (day: number) => `2026-01-0${day}T00:00:00Z`;
  const events = [
    happened("alias.moved", { at: at(5), subject: "production", version: 3, details: { to: 3 } }),
    happened("alias.held", { at: at(4), subject: "production", version: 2 }),
    happened("alias.removed", { at: at(3), subject: "production", version: 2 }),
    happened("alias.moved", { at: at(2), subject: "production", version: 2 }),
    happened("version.created", { at: at(1), version: 2 }),
  ];
  expect(aliasSpans(events)).toEqual([
    { alias: "production", version: 3, from: at(5) },
    { alias: "production", version: 2, from: at(2), to: at(3) },
  ]);
});
