// What the browser hears instead of a microphone: a word of a language that nobody speaks, said again and again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kRate = 16_000;
const kPause = 0.8;

// A tone that glides, with two overtones.
function glide(from, to, seconds) {
  const samples = new Float64Array(seconds * kRate);
  let phase = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const part = i / samples.length;
    phase += (2 * Math.PI * (from + (to - from) * part)) / kRate;
    samples[i] = 0.3 * Math.sin(Math.PI * part) * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(3 * phase));
  }
  return samples;
}

export function wavOf(parts) {
  const samples = parts.flatMap((part) => (typeof part === "number" ? Array.from({ length: part * kRate }, () => (Math.random() - 0.5) / 5000) : [...part]));
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(kRate, 24);
  bytes.writeUInt32LE(2 * kRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, at) => bytes.writeInt16LE(Math.round(sample * 32767), 44 + 2 * at));
  return bytes;
}

export const theWord = (voice = 0) => glide(300 + 15 * voice, 900, 0.7);
export const anotherWord = (voice = 0) => glide(900 + 10 * voice, 300, 0.7);

// The file must outlive the browser, which reads it when a page first listens.
export function fakeMicrophone() {
  const folder = mkdtempSync(join(tmpdir(), "weigh-browser-microphone-"));
  const path = join(folder, "word.wav");
  writeFileSync(path, wavOf([0.4, theWord(), kPause]));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return path;
}
