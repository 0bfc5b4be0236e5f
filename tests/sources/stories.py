#!/usr/bin/env python3
"""Whole stories of getting models and handing them on, with the real program on both sides: those of *_stories.py.

  tests/sources/stories.py --weigh build/dev/bin/weigh [WORD…]      only stories whose name holds all words
"""
import argparse
import importlib
import os
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from harness import Made  # noqa: E402


def find_stories(words):
    """By name, whatever file they stand in."""
    stories = {}
    for file in HERE.glob("*_stories.py"):
        for name, story in vars(importlib.import_module(file.stem)).items():
            if name.startswith("test_") and all(word in name for word in words):
                stories[name] = story
    return sorted(stories.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True)
    parser.add_argument("--part", default="1/1", help="K/N: every N-th story, from the K-th on")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    program = os.path.abspath(given.weigh)
    first, parts = map(int, given.part.split("/"))
    failed = 0
    for name, story in find_stories(given.words)[first - 1 :: parts]:
        begin = time.monotonic()
        try:
            with Made(program) as made:
                story(made)
            print(f"  ok      {name[5:].replace('_', ' ')} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"  FAILED  {name[5:].replace('_', ' ')}\n{traceback.format_exc()}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
