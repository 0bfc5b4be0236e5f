// How fast it goes and how long it still takes, from the last few seconds alone.
const kWindowMs = 5_000;

export class RateMeter {
  private samples: Array<{ at: number; bytes: number }> = [];

  // `bytes` is the whole count so far; a resumed count may be lower than the one before and starts anew.
  add(bytes: number, at: number): void {
    const last = this.samples.at(-1);
    if (last && bytes < last.bytes) this.samples = [];
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - this.samples[0]!.at > kWindowMs) this.samples.shift();
  }

  perSecond(): number | undefined {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at - first.at < 300) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  secondsLeft(bytesLeft: number): number | undefined {
    const rate = this.perSecond();
    return rate ? bytesLeft / rate : undefined;
  }
}
