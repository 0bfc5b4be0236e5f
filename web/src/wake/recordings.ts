// The recordings of a wake word while they are made: they outlast a look at another page, not the closing of this one.
import { createStore } from "../base/store";
import { kListeningRate } from "../sound/downsampler";
import { kLongestSeconds, kShortestSeconds, levelOf, remarksOn, type Remark } from "../sound/level";
import { wavOf } from "../sound/wav";

export interface Recording {
  id: number;
  name: string;
  file: Blob;
  // To listen to it again.
  address: string;
  // Unknown of a file in a form that only the server reads.
  samples: Int16Array | undefined;
  remarks: Remark[];
}

export const recordings = createStore<readonly Recording[]>([]);
let made = 0;

function add(recording: Omit<Recording, "id" | "address">): void {
  made += 1;
  const whole = { ...recording, id: made, address: URL.createObjectURL(recording.file) };
  recordings.update((now) => [...now, whole]);
}

export function remove(id: number): void {
  recordings.update((now) => {
    const gone = now.find((one) => one.id === id);
    if (gone) URL.revokeObjectURL(gone.address);
    return now.filter((one) => one.id !== id);
  });
}

export function forgetRecordings(): void {
  for (const one of recordings.get()) remove(one.id);
}

const kMargin = 0.2 * kListeningRate;
const kFrame = 0.02 * kListeningRate;
const kShortest = kShortestSeconds * kListeningRate;

// Without the silence before and after the word, but for a fifth of a second.
export function trimmed(samples: Int16Array): Int16Array {
  const frames: number[] = [];
  for (let begin = 0; begin + kFrame <= samples.length; begin += kFrame) {
    let sum = 0;
    for (let i = begin; i < begin + kFrame; i += 1) sum += samples[i]! * samples[i]!;
    frames.push(Math.sqrt(sum / kFrame));
  }
  const loudest = Math.max(0, ...frames);
  const quiet = [...frames].sort((a, b) => a - b)[Math.floor(frames.length / 5)] ?? 0;
  const bound = quiet + (loudest - quiet) * 0.15;
  const first = frames.findIndex((one) => one > bound);
  const last = frames.length - 1 - [...frames].reverse().findIndex((one) => one > bound);
  if (first < 0) return samples;
  const end = Math.min(samples.length, (last + 1) * kFrame + kMargin);
  const begin = Math.max(0, first * kFrame - kMargin);
  // A short word at the edge of the recording keeps enough of the silence on its other side.
  const missing = Math.max(0, kShortest - (end - begin));
  return samples.slice(Math.max(0, begin - missing), Math.max(end, Math.min(samples.length, begin + kShortest)));
}

// What was said while the button was held.
export function addTake(samples: Int16Array): void {
  const said = trimmed(samples).slice(0, kLongestSeconds * kListeningRate);
  add({ name: `recording_${String(recordings.get().length + 1).padStart(3, "0")}.wav`, file: wavOf(said), samples: said, remarks: remarksOn(levelOf(said)) });
}

export const addFile = (file: File): void => add({ name: file.name, file, samples: undefined, remarks: [] });
