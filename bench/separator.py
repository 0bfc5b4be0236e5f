#!/usr/bin/env python3
"""What fine-tuning a separator on somebody's own sounds gains, on files that it never saw.

    bench/separator.py --speech FOLDER --noise FILE.wav... [--weigh PROGRAM] [--base FILE.pt] [--epochs 8] [--held-out 20]

Speech: WAV files of 16 bits. Each noise is cut in two, the first half to learn from and the second to weigh on, so that
neither speech nor noise of the figures was heard before. Prints SI-SDR of both versions on the same mixtures, the
difference with its 95 % interval (paired bootstrap over files), and the time that fine-tuning took.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cut(source, folder, name, begin, end):
    """The part of a WAV file from one share of it to another, in pieces of ten seconds."""
    with wave.open(str(source), "rb") as file:
        frames, rate = file.getnframes(), file.getframerate()
        file.setpos(int(begin * frames))
        left = int((end - begin) * frames)
        for number in range(10_000):
            count = min(left, 10 * rate)
            if count < rate:
                return
            with wave.open(str(folder / f"{name}_{number}.wav"), "wb") as piece:
                piece.setparams(file.getparams())
                piece.writeframes(file.readframes(count))
            left -= count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", required=True, type=Path)
    parser.add_argument("--noise", required=True, nargs="+", type=Path)
    parser.add_argument("--weigh", default=str(ROOT / "build/release/bin/weigh"))
    parser.add_argument("--base", default=str(ROOT / "shipped/default/voice_separator/model.pt"))
    parser.add_argument("--epochs", default="8")
    parser.add_argument("--held-out", type=int, default=20)
    args = parser.parse_args()
    files = sorted(args.speech.rglob("*.wav"))
    if len(files) < args.held_out + 5:
        sys.exit(f"{args.speech} has {len(files)} WAV files, and {args.held_out} are to be held out.")

    with tempfile.TemporaryDirectory(prefix="weigh-separator-") as name:
        work = Path(name)
        environment = {**os.environ, "WEIGH_HOME": str(work / "home")}

        def weigh(*words):
            done = subprocess.run([args.weigh, *words], env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"weigh {' '.join(words)}: {done.stderr}")
            return done.stdout

        for part in ("speech", "noise", "held speech", "held noise"):
            (work / part).mkdir()
        every = len(files) / args.held_out
        held = {int(i * every) for i in range(args.held_out)}
        for index, file in enumerate(files):
            shutil.copy(file, work / ("held speech" if index in held else "speech"))
        for noise in args.noise:
            cut(noise, work / "noise", noise.stem, 0, 0.5)
            cut(noise, work / "held noise", noise.stem, 0.5, 1)
        weigh("import", args.base, "--name", "before", "--kind", "separator")
        began = time.monotonic()
        weigh("fine-tune", "before", "--audio", str(work / "speech"), "--noise", str(work / "noise"), "--task", "separation",
              "--voices-in-order", "--epochs", args.epochs, "--as", "after")
        took = time.monotonic() - began
        reply = json.loads(weigh("compare", "before", "after", str(work / "held speech"), "--noise", str(work / "held noise"), "--json"))
        comparison = reply["comparisons"][0]
        before, after, gain = (comparison["from"]["summary"], comparison["to"]["summary"], comparison["difference"])
        print(f"fine-tuned on {len(files) - args.held_out} files in {took:.0f} s; weighed on {args.held_out} others, with other noise")
        print("| | SI-SDR | over the mixture | STOI |\n|---|---|---|---|")
        for title, summary in (("as it ships", before), ("fine-tuned", after)):
            print(f"| {title} | {summary['si_sdr']:.2f} dB | {summary['si_sdr_improvement']:+.2f} dB | {summary['stoi']:.3f} |")
        print(f"gain {gain['difference']:+.2f} dB, 95 % interval {gain['lower']:+.2f} to {gain['upper']:+.2f}: {comparison['verdict']}")


if __name__ == "__main__":
    main()
