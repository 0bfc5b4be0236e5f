import { describe, expect, it } from "vitest";
import { asInteger, Downsampler } from "./downsampler";

const tone = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));
const loudness = (samples: Int16Array): number => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length) / 32767;
const steady = (samples: Int16Array): Int16Array => samples.slice(1000, -200);

describe("Downsampler", () => {
  it("gives 16,000 samples for a second of any rate", () => {
    for (const rate of [16_000, 44_100, 48_000, 96_000]) {
      const count = new Downsampler(rate).take(tone(440, rate, 1)).length;
      expect(Math.abs(count - 16_000), String(rate)).toBeLessThan(30);
    }
  });

  it("keeps a voice as loud as it was", () => {
    expect(loudness(steady(new Downsampler(48_000).take(tone(1000, 48_000, 1))))).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });

  it("lets nothing through that 16,000 samples cannot carry", () => {
    expect(loudness(steady(new Downsampler(48_000).take(tone(12_000, 48_000, 1))))).toBeLessThan(0.005);
  });

  it("hears pieces as the whole", () => {
    const sound = tone(700, 44_100, 0.5);
    const whole = new Downsampler(44_100).take(sound);
    const parts = new Downsampler(44_100);
    const heard: number[] = [];
    for (let begin = 0; begin < sound.length; begin += 128) heard.push(...parts.take(sound.slice(begin, begin + 128)));
    expect(heard.length).toBe(whole.length);
    expect(Math.max(...heard.map((one, i) => Math.abs(one - whole[i]!)))).toBeLessThanOrEqual(1);
  });

  it("cuts what is beyond full scale", () => {
    expect([asInteger(2), asInteger(-2), asInteger(0.5)]).toEqual([32767, -32767, 16384]);
  });
});
