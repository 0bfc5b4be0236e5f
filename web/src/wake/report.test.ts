import { describe, expect, it } from "vitest";
import { alarmsText, between, reportOf } from "./report";

const metadata = {
  wake_word: "jarvis",
  threshold: 0.6,
  thresholds: { reason: "Because." },
  threshold_analysis: [{ threshold: 0.9, far: 0, frr: 0.5 }, { threshold: 0.1, far: 0.2, frr: 0 }],
  trade_off: [{ threshold: 0.5, false_alarms_per_hour: 4, frr: 0.1, frr_lower: 0.05, frr_upper: 0.2 }],
  data_stats: { recordings: 3, positive_samples: 2400, negative_samples: 9000, hard_negatives: 500, negative_hours: { noise: 0.1 } },
};
const report = () => reportOf({ metadata: metadata as never })!;

describe("reportOf", () => {
  it("reads the record, in the order of thresholds", () => {
    expect(report().table.map((one) => one.threshold)).toEqual([0.1, 0.9]);
    expect(report()).toMatchObject({ word: "jarvis", threshold: 0.6, reason: "Because.", hours: [["noise", 0.1]], counts: { recordings: 3, similar: 500 } });
    expect(report().curve[0]).toMatchObject({ alarmsPerHour: 4, frrUpper: 0.2 });
  });
  it("has nothing to say of a record without a threshold", () => expect(reportOf({ metadata: {} as never })).toBeUndefined());
  it("takes a record that was written elsewhere", () => expect(reportOf({ metadata: { threshold: 0.5, threshold_analysis: "x", data_stats: null } as never })).toMatchObject({ table: [], hours: [] }));
});

describe("between", () => {
  it("reads between what was measured", () => {
    expect(between(report().table, 0.5, (row) => row.frr)).toBeCloseTo(0.25);
    expect(between(report().table, 0.05, (row) => row.far)).toBe(0.2);
    expect(between(report().table, 1, (row) => row.frr)).toBe(0.5);
    expect(between([], 0.5, (row: { threshold: number }) => row.threshold)).toBeUndefined();
  });
});

it("says alarms as people do", () => {
  expect(alarmsText(12.2, 3)).toBe("12 an hour");
  expect(alarmsText(2, 3)).toBe("2.0 an hour");
  expect(alarmsText(0.25, 3)).toBe("1 in 4 hours");
  expect(alarmsText(0, 1.5)).toBe("none in 1.5 hours");
  expect(alarmsText(0, 0.1)).toBe("none in 6 minutes");
  expect(alarmsText(0, 0)).toBe("not measured");
});
