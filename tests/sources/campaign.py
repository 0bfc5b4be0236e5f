#!/usr/bin/env python3
"""Downloads while everything goes wrong, by lot: what is there in the end is whole, and little of it came twice.

  tests/sources/campaign.py --weigh build/dev/bin/weigh --times 50 --seed 1

A server publishes one version after another of a few models and drops, stalls, truncates, corrupts, redirects and lies
about sizes; the house that follows it is killed in the midst of downloads and started again. After the last round, with
a server that behaves again, every model must be at its newest version, every byte of every version as it was published,
and what came over the line more than once below a twentieth of what had to come.
"""
import argparse
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from source_server import Source, Model  # noqa: E402

# They tell of the models they bring themselves, without what ships with the program.
os.environ.setdefault("WEIGH_SHIPPED", "0")

MODELS = 4
KILLS = 0.35  # of the rounds
MOST_TWICE = 0.05
MOST_TWICE_IN_A_SAMPLE = 0.15  # where chance has more to say
LONG = 500
FAULTS = {"drop": 0.03, "stall": 0.004, "truncate": 0.02, "corrupt": 0.0004, "redirect": 0.03, "lie": 0.004, "busy": 0.03}
DISTURBANCES = ("drop", "stall", "truncate", "corrupt", "lie")  # and kills; others are everyday


class House:
    """`weigh serve`, that may be killed at any moment."""

    def __init__(self, weigh, folder):
        self.weigh = weigh
        self.home = folder / "home"
        self.log = folder / "log"
        self.process = None
        self.kills = 0

    def start(self):
        self.log.write_text("")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.weigh, "serve", "--home", self.home, "--listen", "127.0.0.1:0"], stdout=log, stderr=log
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text(errors="replace"))
            if found:
                self.url = found.group()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit("weigh serve did not start:\n" + self.log.read_text(errors="replace"))

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(60)

    def kill(self):
        self.kills += 1
        self.end(signal.SIGKILL)

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as reply:
            text = reply.read()
        return json.loads(text) if text else {}

    def is_busy(self):
        jobs = [job for state in ("waiting", "running") for job in self.call("GET", f"/api/jobs?state={state}&kind=download")["jobs"]]
        return bool(jobs)

    def finish_jobs(self, seconds):
        until = time.monotonic() + seconds
        while self.is_busy():
            if time.monotonic() > until:
                raise SystemExit("Downloads did not end:\n" + json.dumps(self.call("GET", "/api/jobs")["jobs"][:3], indent=1))
            time.sleep(0.05)

    def ask_for_updates(self):
        for _ in range(40):
            if not self.call("POST", "/api/updates/check", {})["failures"]:
                break
        self.call("POST", "/api/updates/apply", {})


def make_version(draw, before):
    """New weights, beside files of which most stay as they were."""
    files = {"model.pt": draw.randbytes(draw.randrange(2_000_000, 12_000_000))}
    for place in range(6):
        path = f"part{place}.bin"
        stays = before and draw.random() < 0.7
        files[path] = before[path] if stays else draw.randbytes(draw.choice((0, 10, 5_000, 300_000)))
    return files


def digests_of(files):
    return {path: "sha256:" + hashlib.sha256(data).hexdigest() for path, data in files.items()}


def check_whole(house, source, published):
    """How many versions are there, each as it was published."""
    count = 0
    for name, model in source.models.items():
        versions = house.call("GET", f"/api/models/{name}/versions?length=1000")["versions"]
        newest = max(versions, key=lambda one: one["version"])
        if newest["remote_version"] != str(model.latest):
            raise SystemExit(f"{name} is at {newest['remote_version']}, not at {model.latest}")
        for version in versions:
            whole = house.call("GET", f"/api/models/{name}/versions/{version['version']}")
            here = {file["path"]: file["digest"] for file in whole["files"] if not file.get("derived")}
            for path, digest in published[name, int(version["remote_version"])].items():
                if here.get(path) != digest:
                    raise SystemExit(f"{name}@{version['version']}: {path} is {here.get(path)}, not {digest}")
            count += 1
    job = house.call("POST", "/api/storage/verify", {"deep": True})
    while job["state"] in ("waiting", "running"):
        time.sleep(0.05)
        job = house.call("GET", f"/api/jobs/{job['job_id']}")
    if job["state"] != "completed" or job["result"]["damaged"]:
        raise SystemExit("The store is damaged: " + json.dumps(job))
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True)
    parser.add_argument("--times", type=int, default=50, help="how often something goes badly wrong before it ends")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=3_000_000, help="bytes a second of each connection")
    given = parser.parse_args()
    draw = random.Random(given.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weigh-campaign-"))
    house = House(given.weigh, folder)
    published = {}  # digests of every version's files; the bytes of older ones are forgotten
    needed = set()
    needed_bytes = 0
    try:
        with Source(given.seed, FAULTS, given.rate, stall_s=1.0) as source:
            names = [f"model-{i}" for i in range(MODELS)]
            source.models = {name: Model() for name in names}
            house.start()
            for number in itertools.count(1):
                if house.kills + sum(source.seen_faults[one] for one in DISTURBANCES) >= given.times:
                    break
                for name in names if number == 1 else draw.sample(names, 2):
                    model = source.models[name]
                    before = model.versions[model.latest]["files"] if model.versions else None
                    files = make_version(draw, before)
                    model.publish(number, files)
                    published[name, number] = digests_of(files)
                    for old in sorted(model.versions)[:-2]:
                        del model.versions[old]
                    for data in files.values():
                        digest = hashlib.sha256(data).digest()
                        needed_bytes += 0 if digest in needed else len(data)
                        needed.add(digest)
                if number == 1:
                    house.call("POST", "/api/sources", {"name": "origin", "kind": "update-server", "address": source.url + "/updates"})
                house.ask_for_updates()
                if draw.random() < KILLS:
                    time.sleep(draw.uniform(0.3, 1.5))
                    house.kill()
                    house.start()
                if number % 50 == 0:
                    print(f"  {number} rounds, {house.kills} kills, {sum(source.seen_faults.values())} faults", file=sys.stderr, flush=True)
                for _ in range(20):
                    house.finish_jobs(120)
                    if not house.call("GET", "/api/updates")["updates"]:
                        break
                    house.ask_for_updates()
            source.faults = {}
            house.ask_for_updates()
            house.finish_jobs(120)
            whole = check_whole(house, source, published)
            sent = sum(source.sent_bytes.values())
            twice = sent / needed_bytes - 1
            print(
                f"{number - 1} rounds, {house.kills} kills, {sum(source.seen_faults.values())} faults {dict(source.seen_faults)}: "
                f"{sent / 1e6:.1f} MB came for {needed_bytes / 1e6:.1f} MB, {twice:.1%} twice; {whole} versions are whole"
            )
            most = MOST_TWICE if given.times >= LONG else MOST_TWICE_IN_A_SAMPLE
            if twice > most:
                raise SystemExit(f"More than {most:.0%} of the bytes came twice.")
    finally:
        if house.process and house.process.poll() is None:
            house.end(signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
