#!/usr/bin/env python3
"""A home-grown registry class and a running server share models/registry.json, and each sees what the other did.

  WEIGH_SEEDS=folder tests/interop/registry_class_suite.py --weigh build/dev/bin/weigh

The class is not ours: it is read, unchanged, from the first code block with `class ModelRegistry` in a document of the
folder that WEIGH_SEEDS names. Without that folder there is nothing to test, and the test says so and ends with 77.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SKIPPED = 77
PATIENCE_S = 60


def find_class(folder):
    """The text of the class, or None."""
    for document in sorted(pathlib.Path(folder).iterdir()):
        if not document.is_file():
            continue
        for block in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(r"^class ModelRegistry:", block, re.MULTILINE):
                return block
    return None


def tensor_file(value):
    """A safetensors file with one number in it."""
    header = json.dumps({"w": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes([value])


class Server:
    """`weigh serve` on a home of its own, on a port that the system chooses."""

    def __init__(self, weigh, home):
        self.log = open(home / "log", "w+", encoding="utf-8")
        self.home = home
        self.process = subprocess.Popen(
            [weigh, "serve", "--home", home / "house", "--listen", "127.0.0.1:0"], stdout=self.log, stderr=self.log
        )
        self.url = wait_for("the server's address", self.find_url)

    def find_url(self):
        if self.process.poll() is not None:
            raise SystemExit(f"weigh serve ended:\n{self.read_log()}")
        found = re.search(r"http://(?:127\.0\.0\.1|localhost):\d+", self.read_log())
        return found and found.group()

    def read_log(self):
        return (self.home / "log").read_text(encoding="utf-8")

    def call(self, method, path, body=None, content_type="application/json"):
        request = urllib.request.Request(self.url + path, data=body, method=method)
        if body is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")
        return json.loads(text) if text else {}

    def versions(self, model):
        reply = self.call("GET", f"/api/models/{model}/versions")
        return reply and [version["version"] for version in reply["versions"]]

    def current(self, model):
        reply = self.call("GET", f"/api/models/{model}/aliases/current")
        return reply and reply["version"]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def wait_for(what, find):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"never came: {what}")


def expect(what, actual, wanted):
    if actual != wanted:
        raise SystemExit(f"{what}: {actual!r}, not {wanted!r}")
    print(f"  {what}: {actual!r}")


def share(server, registry_class):
    models = server.home / "house" / "models"
    wait_for("registry.json", (models / "registry.json").exists)
    path = str(models / "registry.json")

    def fresh():
        return registry_class(path)

    # Theirs to ours.
    for number in (1, 2):
        weights = models / "default" / f"separator_v{number}.safetensors"
        weights.parent.mkdir(exist_ok=True)
        weights.write_bytes(tensor_file(number))
        given = fresh().register_model("separator", str(weights), {"type": "separator", "run": number})
        expect(f"the number the class gives, time {number}", given, number)
        wait_for(f"version {number} on the server", lambda: number in (server.versions("separator") or []))
    expect("versions on the server", sorted(server.versions("separator")), [1, 2])
    expect("the class lists", fresh().list_models()["separator"], {"current_version": 2, "versions_count": 2})
    fresh().set_current_version("separator", 1)
    wait_for("the alias to follow", lambda: server.current("separator") == 1)

    # Ours to theirs.
    server.call("PUT", "/api/models/separator/aliases/current", json.dumps({"version": 2}).encode())
    wait_for("the class to follow", lambda: fresh().list_models()["separator"]["current_version"] == 2)
    digest = "sha256:" + hashlib.sha256(tensor_file(9)).hexdigest()
    server.call("PUT", f"/api/blobs/{digest}", tensor_file(9), "application/octet-stream")
    body = {"files": [{"path": "separator.safetensors", "digest": digest}]}
    server.call("POST", "/api/models/separator/versions", json.dumps(body).encode())
    wait_for("our version in the class", lambda: fresh().list_models()["separator"]["versions_count"] == 3)
    expect("the class says current", fresh().list_models()["separator"]["current_version"], 3)
    opened = fresh().get_model_path("separator")
    place = pathlib.Path(opened) if os.path.isabs(opened) else server.home / "house" / opened
    expect("bytes behind its path", place.read_bytes(), tensor_file(9))
    expect("its numbers", [one["version"] for one in fresh().get_model_versions("separator")], [1, 2, 3])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True, help="the program under test")
    arguments = parser.parse_args()
    folder = os.environ.get("WEIGH_SEEDS", "")
    text = find_class(folder) if os.path.isdir(folder) else None
    if text is None:
        print("SKIPPED: WEIGH_SEEDS names no folder with a document that has the class ModelRegistry.", file=sys.stderr)
        return SKIPPED
    known = {"os": os, "json": json, "datetime": datetime.datetime}  # what its document imports elsewhere
    exec(compile(text, "ModelRegistry", "exec"), known)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(arguments.weigh), pathlib.Path(folder))
        try:
            share(server, known["ModelRegistry"])
        finally:
            server.stop()
    print("both sides see each other's changes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
