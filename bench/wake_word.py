#!/usr/bin/env python3
"""How much wake words miss at given rates of false alarms: one table, from recordings of people.

    bench/wake_word.py --data FOLDER [--more FOLDER] [--words jarvis,computer] [--draws 1,2] [--encoder FILE.onnx]
                       [--bases builtin/audio-v1,builtin/log-mel-v1] [--program FILE] [--kept FILE...]

FOLDER is laid out as bench/wake_word.cpp says; --more adds hours of sound without the words. Each row stands for one base
and one number of recordings, the mean over words and draws; beside every rate stand the hours of sound without the word
that it rests on. With h hours a rate below 1/h means "no alarm at all", and even that leaves room for 3/h (95 %).
--kept makes the table from what the program printed before.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parent.parent


def measure(args, word):
    command = [args.program, word, "--data", args.data, "--recordings", args.recordings, "--draw", args.draws,
               "--threads", str(args.threads)]
    for base in args.bases.split(","):
        command += ["--base", base] if base else []
    for option, value in (("--encoder", args.encoder), ("--more", args.more)):
        command += [option, value] if value else []
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def print_table(results):
    print("| base | recordings | sound | missed at 0.5/h | at 1/h | at 5/h | at its own threshold | alarms/h there | hours | trained | a window |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    kinds = dict.fromkeys((result["base"], result["recordings"]) for result in results)
    for base, recordings in kinds:
        some = [result for result in results if (result["base"], result["recordings"]) == (base, recordings)]
        for sound in ("clean", "noisy"):
            rows = [result[sound] for result in some]
            share = lambda key: f"{100 * mean(row[key] for row in rows):.1f} %"
            print(f"| {base} | {recordings} | {sound} | {share('missed_at_0.5')} | {share('missed_at_1')} | "
                  f"{share('missed_at_5')} | {share('missed_at_its_threshold')} | "
                  f"{mean(row['alarms_per_hour_at_its_threshold'] for row in rows):.1f} | "
                  f"{mean(row['hours'] for row in rows):.2f} | {mean(result['trained_seconds'] for result in some):.0f} s | "
                  f"{mean(result['milliseconds_per_window'] for result in some):.2f} ms of {some[0]['window_seconds']:.2f} s |")
    for result in results:
        print(f"{result['word']}, {result['base']}, {result['recordings']} recordings, draw {result['draw']}: " + ", ".join(
            f"{sound} {100 * result[sound]['missed_at_1']:.1f} %" for sound in ("clean", "noisy")), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="")
    parser.add_argument("--more", default="")
    parser.add_argument("--words", default="jarvis,computer")
    parser.add_argument("--recordings", default="0,3")
    parser.add_argument("--draws", default="1")
    parser.add_argument("--bases", default="builtin/audio-v1,builtin/log-mel-v1")
    parser.add_argument("--encoder", default="", help="an imported base, measured beside those that ship")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--program", default=str(ROOT / "build/bench/bin/wake_word"))
    parser.add_argument("--kept", nargs="*", default=[])
    args = parser.parse_args()
    if args.kept:
        lines = [line for path in args.kept for line in Path(path).read_text().splitlines()]
    else:
        lines = [line for word in args.words.split(",") for line in measure(args, word).splitlines()]
    print_table([json.loads(line) for line in lines])


if __name__ == "__main__":
    main()
