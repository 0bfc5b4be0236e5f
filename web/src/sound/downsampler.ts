// From a microphone's own rate to the 16,000 samples a second that models listen to: a low-pass (a sinc in a Hann window) read where a new
// sample falls. Keeps what it needs of one block for the next, so that pieces sound like the whole.
export const kListeningRate = 16_000;
const kLobes = 16;

export class Downsampler {
  private readonly step: number;
  private readonly cutoff: number;
  private readonly reach: number;
  private kept: Float32Array;
  // Where the next sample lies, in samples of `kept`.
  private at: number;

  constructor(from: number, to = kListeningRate) {
    this.step = from / to;
    this.cutoff = Math.min(1, to / from);
    this.reach = Math.ceil(kLobes / this.cutoff);
    this.kept = new Float32Array(this.reach);
    this.at = this.reach;
  }

  take(block: Float32Array): Int16Array {
    const sound = new Float32Array(this.kept.length + block.length);
    sound.set(this.kept);
    sound.set(block, this.kept.length);
    const out: number[] = [];
    while (this.at + this.reach < sound.length) {
      out.push(asInteger(this.read(sound)));
      this.at += this.step;
    }
    const dropped = Math.max(0, Math.floor(this.at) - this.reach);
    this.kept = sound.slice(dropped);
    this.at -= dropped;
    return Int16Array.from(out);
  }

  private read(sound: Float32Array): number {
    const middle = Math.floor(this.at);
    let sum = 0;
    let weights = 0;
    for (let i = middle - this.reach + 1; i <= middle + this.reach; i += 1) {
      const distance = i - this.at;
      const weight = sinc(distance * this.cutoff) * hann(distance / this.reach);
      sum += (sound[i] ?? 0) * weight;
      weights += weight;
    }
    return sum / weights;
  }
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const hann = (x: number): number => (Math.abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x));

const kFullScale = 32767;
export const asInteger = (sample: number): number => Math.round(Math.max(-1, Math.min(1, sample)) * kFullScale);
