"""What the stories of this folder are made with: homes with and without a server, and short ways to say what is expected."""
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

# They tell of the models they bring themselves, without what ships with the program.
os.environ.setdefault("WEIGH_SHIPPED", "0")

ROOT = pathlib.Path(__file__).resolve().parents[2]


class House:
    """A home, with or without a server."""

    def __init__(self, program, folder, name):
        self.program = program
        self.home = folder / name
        self.log = folder / f"{name}.log"
        self.process = None

    def __call__(self, *words, expect=0, env=None):
        done = subprocess.run(
            [self.program, *map(str, words), "--home", self.home],
            capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})},
        )
        if done.returncode != expect:
            raise AssertionError(f"weigh {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + (done.stderr if expect else "")

    def json(self, *words):
        return json.loads(self(*words, "--json"))

    def serve(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([self.program, "serve", "--home", self.home, "--listen", "127.0.0.1:0"], stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = re.findall(r"http://127\.0\.0\.1:\d+", self.log.read_text(errors="replace"))
            if found:
                self.url = found[-1]
                return self.url
            time.sleep(0.02)
        raise AssertionError(self.log.read_text(errors="replace"))

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def digests(self, reference):
        version = reference if "@" in reference else reference + "@current"
        return {file["path"]: file["digest"] for file in self.json("show", version)["files"]}


def expect(what, actual, wanted):
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r}, not {wanted!r}")


def holds(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f"{part!r} is not in:\n{text}")


def get(url, headers=None):
    address = urllib.parse.urlsplit(url)
    line = http.client.HTTPConnection(address.netloc, timeout=30)
    line.request("GET", address.path + ("?" + address.query if address.query else ""), headers=headers or {})
    reply = line.getresponse()
    body = reply.read()
    line.close()
    return reply.status, dict(reply.getheaders()), body


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Made:
    """What one story makes, gone with it."""

    def __init__(self, program):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weigh-stories-"))
        self.houses = []

    def house(self, name):
        self.houses.append(House(self.program, self.folder, name))
        return self.houses[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for house in self.houses:
            house.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
