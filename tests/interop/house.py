"""A server over a home of its own, and a runner for the test_ functions of a suite."""

import argparse
import io
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

# The suites tell of the models they bring themselves, without what ships with the program.
os.environ.setdefault("WEIGH_SHIPPED", "0")

SKIPPED = 77


class House:
    """`weigh serve` on a free port of loopback, stopped and gone with the block."""

    def __init__(self, program):
        self.program = str(Path(program).resolve())
        self.folder = Path(tempfile.mkdtemp(prefix="weigh-interop-"))
        self.home = self.folder / "home"
        self.library = self.home / "models"
        self.process = None
        self.url = None

    def __enter__(self):
        log = open(self.folder / "log", "wb")
        words = [self.program, "serve", "--home", str(self.home), "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(words, stdout=log, stderr=log)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            found = re.search(r"http://127\.0\.0\.1:\d+\b", self.log())
            if found:
                self.url = found.group(0)
                return self
            time.sleep(0.02)
        self.__exit__()
        raise RuntimeError("The server did not start: " + self.log())

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def drop(self, name, record, namespace="custom"):
        """Copies a model into the library as a person would, and waits until it is listed."""
        folder = self.library / namespace / name
        folder.mkdir(parents=True)
        (folder / f"{name}.pt").write_bytes(torch_file())
        (folder / f"{name}.json").write_text(json.dumps(record))
        self.wait_for(lambda: name in self.command("list", "--json"))

    def command(self, *words):
        done = subprocess.run([self.program, *words, "--home", str(self.home)], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"weigh {' '.join(words)}: {done.stderr}")
        return done.stdout

    @staticmethod
    def wait_for(holds, seconds=20):
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                raise AssertionError(f"It did not come about within {seconds} seconds.")
            time.sleep(0.1)


def torch_file():
    """The smallest archive that torch.load takes: an empty dictionary of weights."""
    bytes_ = io.BytesIO()
    with zipfile.ZipFile(bytes_, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("archive/version", "3\n")
    return bytes_.getvalue()


def main(functions):
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True, help="the program to test")
    program = parser.parse_args().weigh
    failed = 0
    for name, test in functions.items():
        if not name.startswith("test_"):
            continue
        try:
            with House(program) as house:
                test(house)
            print(f"  ok      {name[5:].replace('_', ' ')}")
        except Exception:
            failed += 1
            print(f"  FAILED  {name[5:].replace('_', ' ')}\n{traceback.format_exc()}")
    sys.exit(1 if failed else 0)
