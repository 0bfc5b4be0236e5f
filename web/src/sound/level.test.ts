import { describe, expect, it } from "vitest";
import { columnsOf, levelOf, remarksOn } from "./level";

const samples = (seconds: number, value: number): Int16Array => Int16Array.from({ length: 16_000 * seconds }, (_, i) => (i % 2 ? value : -value));
const texts = (sound: Int16Array): string => remarksOn(levelOf(sound)).map((one) => one.text).join(" ");

describe("levelOf", () => {
  it("measures length, peak and loudness", () => {
    const level = levelOf(samples(1, 16_384));
    expect(level).toEqual({ seconds: 1, peak: 0.5, rms: 0.5, clipped: 0 });
    expect(levelOf(new Int16Array()).rms).toBe(0);
  });
});

describe("remarksOn", () => {
  it("has nothing to say of a good recording", () => expect(texts(samples(1, 8_000))).toBe(""));
  it("tells what cannot be used", () => {
    expect(texts(samples(0.25, 8_000))).toContain("at least 0.5 s");
    expect(texts(samples(4, 8_000))).toContain("at most 3 s");
    expect(texts(samples(1, 20))).toContain("nothing to hear");
    expect(remarksOn(levelOf(samples(1, 20)))[0]!.grave).toBe(true);
  });
  it("advises where another try would be better", () => {
    expect(texts(samples(1, 1_000))).toContain("very quiet");
    expect(texts(samples(1, 32_767))).toContain("distorted");
    expect(remarksOn(levelOf(samples(1, 32_767)))[0]!.grave).toBe(false);
  });
});

describe("columnsOf", () => {
  it("shows the extremes of each stretch", () => {
    const sound = Int16Array.from([0, 16_384, -16_384, 0, 0, 0, 32_767, -32_768]);
    expect(columnsOf(sound, 2)).toEqual([{ low: -0.5, high: 0.5 }, { low: -1, high: 32_767 / 32_768 }]);
  });
  it("has as many columns as asked for, however short the sound is", () => expect(columnsOf(Int16Array.from([5]), 4)).toHaveLength(4));
});
