#!/usr/bin/env python3
"""How much wake words miss at given rates of false alarms: one table, from recordings of people.

    bench/wake_word.py --data FOLDER [--words jarvis,computer] [--draws 1,2] [--encoder FILE.onnx] [--program FILE]

FOLDER is laid out as bench/wake_word.cpp says. Each row stands for one base and one number of recordings, the mean over
words and draws; beside every rate stand the hours of sound without the word that it rests on. With h hours a rate below
1/h means "no alarm at all", and even that leaves room for 3/h (95 %).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parent.parent


def measure(args, word, recordings, draw, encoder):
    command = [args.program, word, "--data", args.data, "--recordings", str(recordings), "--draw", str(draw),
               "--threads", str(args.threads)]
    if encoder:
        command += ["--encoder", encoder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--words", default="jarvis,computer")
    parser.add_argument("--recordings", default="0,3")
    parser.add_argument("--draws", default="1,2")
    parser.add_argument("--encoder", default="", help="an imported base, measured beside the one that ships")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=str(ROOT / "build/bench/bin/wake_word"))
    args = parser.parse_args()

    print("| base | recordings | sound | missed at 0.5/h | at 1/h | at 5/h | at its own threshold | alarms/h there | hours | trained |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for encoder in [""] + ([args.encoder] if args.encoder else []):
        for recordings in map(int, args.recordings.split(",")):
            draws = args.draws.split(",") if recordings else ["1"]
            results = [measure(args, word, recordings, draw, encoder)
                       for word in args.words.split(",") for draw in draws]
            for sound in ("clean", "noisy"):
                rows = [result[sound] for result in results]
                share = lambda key: f"{100 * mean(row[key] for row in rows):.1f} %"
                print(f"| {results[0]['base']} | {recordings} | {sound} | {share('missed_at_0.5')} | {share('missed_at_1')} | "
                      f"{share('missed_at_5')} | {share('missed_at_its_threshold')} | "
                      f"{mean(row['alarms_per_hour_at_its_threshold'] for row in rows):.1f} | "
                      f"{mean(row['hours'] for row in rows):.2f} | "
                      f"{mean(result['trained_seconds'] for result in results):.0f} s |", flush=True)
            for result in results:
                print(f"  {result['word']}, draw {result['draw']}: " + ", ".join(
                    f"{sound} {100 * result[sound]['missed_at_1']:.1f} %" for sound in ("clean", "noisy")),
                      file=sys.stderr)


if __name__ == "__main__":
    main()
