import { expect, test } from "vitest";
import * as f from "./format";

test("sizes are written as the command line writes them", () => {
  expect(f.formatBytes(0)).toBe("0 B");
  expect(f.formatBytes(999)).toBe("999 B");
  expect(f.formatBytes(1000)).toBe("1.00 kB");
  expect(f.formatBytes(2_450_000)).toBe("2.45 MB");
  expect(f.formatBytes(45_678_000)).toBe("45.7 MB");
  expect(f.formatBytes(999_499)).toBe("999 kB");
  expect(f.formatBytes(999_600)).toBe("1.00 MB");
  expect(f.formatBytes(240_000_000_000)).toBe("240 GB");
});

test("counts are grouped and take the right noun", () => {
  expect(f.formatCount(1234567)).toBe("1\u202f234\u202f567");
  expect(f.counted(1, "version")).toBe("1 version");
  expect(f.counted(0, "version")).toBe("0 versions");
  expect(f.counted(2, "entry", "entries")).toBe("2 entries");
});

test("parameters in total are short", () => {
  expect(f.formatShort(999)).toBe("999");
  expect(f.formatShort(234567)).toBe("235 k");
  expect(f.formatShort(7_234_567)).toBe("7.2 M");
});

test("an absent metric is a dash and never zero", () => {
  expect(f.formatPercent(null)).toBe("–");
  expect(f.formatPercent(undefined)).toBe("–");
  expect(f.formatPercent(0)).toBe("0.0\u202f%");
  expect(f.formatScore(null)).toBe("–");
  expect(f.formatScore(0.943)).toBe("0.943");
  expect(f.formatScore(0.00001)).toBe("1.00e-5");
  expect(f.formatScore(45)).toBe("45");
});

test("a difference always has its sign", () => {
  expect(f.formatSigned(0.01)).toBe("+0.010");
  expect(f.formatSigned(-0.01)).toBe("−0.010");
  expect(f.formatSigned(0)).toBe("±0");
});

test("durations have one or two units", () => {
  expect(f.formatDuration(4.4)).toBe("4 s");
  expect(f.formatDuration(75)).toBe("1 min 15 s");
  expect(f.formatDuration(3000)).toBe("50 min");
  expect(f.formatDuration(7300)).toBe("2 h");
  expect(f.formatDuration(86_400 * 3)).toBe("3 days");
});

test("a time is told from now, before and after", () => {
  const now = Date.parse("2026-01-06T15:00:00Z");
  expect(f.formatAgo("2026-01-06T14:59:50Z", now)).toBe("just now");
  expect(f.formatAgo("2026-01-06T14:00:00Z", now)).toBe("1 h ago");
  expect(f.formatAgo("2026-02-05T15:00:00Z", now)).toBe("in 30 days");
});

test("a moment is a day and a time", () => {
  const time = new Date(2026, 0, 6, 15, 4).toISOString();
  expect(f.formatTime(time)).toBe("15:04");
  expect(f.formatDay(time)).toMatch(/^Tuesday,? 6 January 2026$/);
});

test("a digest is cut to what tells it apart", () => {
  expect(f.shortDigest(`sha256:${"0123456789abcdef".repeat(4)}`)).toBe("0123456789ab");
});

test("a shape reads as its sides, and no sides are a scalar", () => {
  expect(f.formatShape([768, 128])).toBe("768 × 128");
  expect(f.formatShape([])).toBe("scalar");
});
