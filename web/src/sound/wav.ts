import { kListeningRate } from "./downsampler";

const kHeaderBytes = 44;

// A WAV file of one channel with 16-bit samples.
export function wavOf(samples: Int16Array, rate = kListeningRate): Blob {
  return new Blob([wavHeader(samples.length * 2, rate), new Int16Array(samples)], { type: "audio/wav" });
}

export function wavHeader(dataBytes: number, rate: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(kHeaderBytes));
  const word = (at: number, text: string) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, kHeaderBytes - 8 + dataBytes, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, dataBytes, true);
  return view.buffer;
}
