import { describe, expect, it } from "vitest";
import { readReport } from "./report";

describe("readReport", () => {
  it("reads amounts by category and by bin", () => {
    expect(readReport("PIE", { value_name: "images", data: [{ category: "day", value: 3 }, { category: "night", value: "many" }] })).toEqual({ kind: "amounts", name: "images", amounts: [{ label: "day", value: 3 }] });
    expect(readReport("histogram", { frequency_name: "count", data: [{ bin: "0-1", frequency: 7 }] })).toMatchObject({ amounts: [{ label: "0-1", value: 7 }] });
  });
  it("reads a table", () => expect(readReport("TABLE", { data: { headers: ["class", "AP"], rows: [["car", 0.5], "no row"] } })).toEqual({ kind: "table", headers: ["class", "AP"], rows: [["car", "0.5"]] }));
  it("puts the cells of a heat map where they belong", () => {
    const cells = [{ y_category: "a", x_category: "b", value: 1 }, { y_category: "b", x_category: "a", value: 2 }];
    expect(readReport("HEATMAP", { data: cells })).toMatchObject({ columns: ["b", "a"], rows: [{ label: "a", values: [1, undefined] }, { label: "b", values: [undefined, 2] }] });
  });
  it("counts what a class was taken for", () => {
    const cells = [{ true_class: "cat", predicted_class: "dog", count: 3 }, { true_class: "cat", predicted_class: "cat", count: 9 }];
    expect(readReport("confusion-matrix", { predicted_axis_name: "taken for", data: cells })).toEqual({ kind: "grid", name: "taken for", columns: ["dog", "cat"], rows: [{ label: "cat", values: [3, 9] }] });
  });
  it("orders the points of each line", () => {
    const data = [{ series: "loss", x: 2, y: 0.5 }, { series: "loss", x: 1, y: 0.9 }, { series: "val", x: 1, y: null }];
    expect(readReport("LINE_CHART", { x_name: "epoch", y_name: "loss", data })).toEqual({ kind: "lines", x: "epoch", y: "loss", series: [{ name: "loss", points: [{ x: 1, y: 0.9 }, { x: 2, y: 0.5 }] }] });
  });
  it("says nothing of what it does not know", () => {
    expect(readReport("RADAR", { data: [] })).toBeUndefined();
    expect(readReport("PIE", "no object")).toBeUndefined();
    expect(readReport("PIE", { data: "none" })).toMatchObject({ amounts: [] });
  });
});
