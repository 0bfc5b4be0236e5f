import { describe, expect, it } from "vitest";
import { trimmed } from "./recordings";

const kRate = 16_000;
const sound = (parts: ReadonlyArray<[seconds: number, size: number]>): Int16Array =>
  Int16Array.from(parts.flatMap(([seconds, size]) => Array.from({ length: seconds * kRate }, (_, i) => (i % 2 ? size : -size))));

describe("trimmed", () => {
  it("cuts the silence around a word and leaves a margin", () => {
    const cut = trimmed(sound([[1, 20], [0.6, 9000], [1, 20]]));
    expect(cut.length / kRate).toBeCloseTo(1, 1);
    expect(Math.abs(cut[cut.length / 2]!)).toBe(9000);
  });
  it("keeps a word that begins at once", () => expect(trimmed(sound([[0.6, 9000], [1, 20]])).length / kRate).toBeCloseTo(0.8, 1));
  it("keeps half a second of a short word at the edge", () => {
    expect(trimmed(sound([[1, 20], [0.2, 9000]])).length / kRate).toBeCloseTo(0.5, 2);
    expect(trimmed(sound([[0.2, 9000], [1, 20]])).length / kRate).toBeCloseTo(0.5, 2);
  });
  it("keeps what is silence from end to end", () => expect(trimmed(sound([[1, 0]])).length).toBe(kRate));
  it("keeps nothing as nothing", () => expect(trimmed(new Int16Array()).length).toBe(0));
});
