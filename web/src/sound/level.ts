// What can be said of a recording by looking at its samples. The bounds are those the server holds recordings to.
import { kListeningRate } from "./downsampler";

export interface Level {
  seconds: number;
  // 0 to 1.
  peak: number;
  rms: number;
  clipped: number;
}

const kFullScale = 32768;
const kClipping = 32_700;
const kSilence = 0.005;
const kQuiet = 0.02;
const kMostClipped = 0.005;
export const kShortestSeconds = 0.5;
export const kLongestSeconds = 3;

export function levelOf(samples: Int16Array): Level {
  let peak = 0;
  let squares = 0;
  let clipped = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > peak) peak = size;
    if (size >= kClipping) clipped += 1;
    squares += sample * sample;
  }
  const count = Math.max(1, samples.length);
  return { seconds: samples.length / kListeningRate, peak: peak / kFullScale, rms: Math.sqrt(squares / count) / kFullScale, clipped: clipped / count };
}

export interface Remark {
  text: string;
  // It cannot be used; otherwise it is merely worth another try.
  grave: boolean;
}

// What speaks against a recording of a wake word, the worst first.
export function remarksOn(level: Level): Remark[] {
  const remarks: Remark[] = [];
  if (level.seconds < kShortestSeconds) remarks.push({ grave: true, text: `It is ${level.seconds.toFixed(1)} s long; a word needs at least ${kShortestSeconds} s.` });
  if (level.seconds > kLongestSeconds) remarks.push({ grave: true, text: `It is ${level.seconds.toFixed(1)} s long; at most ${kLongestSeconds} s are taken.` });
  if (level.rms < kSilence) remarks.push({ grave: true, text: "There is nothing to hear. Is the right microphone chosen, and is it on?" });
  else if (level.peak < kQuiet * 5) remarks.push({ grave: false, text: "It is very quiet. Come closer to the microphone." });
  if (level.clipped > kMostClipped) remarks.push({ grave: false, text: "It is too loud and distorted. Step back, or turn the microphone down." });
  return remarks;
}

export interface Column {
  low: number;
  high: number;
}

// The lowest and highest sample of each of `count` equal stretches, -1 to 1: what a waveform shows.
export function columnsOf(samples: Int16Array, count: number): Column[] {
  const columns: Column[] = [];
  for (let at = 0; at < count; at += 1) {
    const begin = Math.floor((at * samples.length) / count);
    const end = Math.max(begin + 1, Math.floor(((at + 1) * samples.length) / count));
    let low = 0;
    let high = 0;
    for (let i = begin; i < Math.min(end, samples.length); i += 1) {
      const sample = samples[i]!;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    columns.push({ low: low / kFullScale, high: high / kFullScale });
  }
  return columns;
}
