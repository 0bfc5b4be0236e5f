"""A source of models that behaves badly on purpose: update protocol, hub protocol and plain files, with faults by lot.

Everything it sends is counted, so that a test can tell what came twice. As a program it serves one folder:

  tests/sources/source_server.py FOLDER [--port N] [--faults drop=0.1,stall=0.01] [--seed N] [--rate BYTES]
"""
import argparse
import collections
import functools
import hashlib
import http.server
import json
import pathlib
import random
import socket
import threading
import time
import urllib.parse

PACED_BUFFER = 32 << 10
FAULTS = ("drop", "stall", "truncate", "corrupt", "redirect", "lie", "busy", "plain")


@functools.lru_cache(maxsize=8)
def tag_of(data):
    """Of bytes that are asked for in many parts."""
    return '"' + hashlib.sha256(data).hexdigest()[:16] + '"'


class Model:
    """Versions of a model in memory: bytes of its files by path."""

    def __init__(self):
        self.versions = {}

    def publish(self, number, files, improvements=()):
        self.versions[number] = {"files": files, "improvements": list(improvements)}

    @property
    def latest(self):
        return max(self.versions)


class Source(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, seed=0, faults=None, rate=None, stall_s=3.0, folder=None, token=None):
        super().__init__(("127.0.0.1", 0), Answer)
        self.models = {}
        self.folder = folder and pathlib.Path(folder)
        self.faults = dict(faults or {})
        self.rate = rate
        self.stall_s = stall_s
        self.draw = random.Random(seed)
        self.lock = threading.Lock()
        self.token = token  # what every request must bear
        self.seen_tokens = set()
        self.files_at = None  # another server that bytes are asked of
        self.sent_bytes = collections.Counter()  # of bodies, by path
        self.told_bytes = collections.Counter()  # of lists and descriptions, by path
        self.requests = collections.Counter()
        self.proxied = 0  # requests that came as to a proxy
        self.seen_faults = collections.Counter()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A client that hung up is no news."""

    def fault(self, of_bytes):
        """What goes wrong with this request, if anything."""
        with self.lock:
            for name in FAULTS:
                if name in ("truncate", "corrupt", "lie", "plain", "drop", "stall") and not of_bytes:
                    continue
                if self.draw.random() < self.faults.get(name, 0):
                    self.seen_faults[name] += 1
                    return name
        return None

    def manifest(self):
        return {
            name: {
                "latest_version": model.latest,
                "size_mb": round(sum(map(len, model.versions[model.latest]["files"].values())) / 1e6, 2),
                "improvements": model.versions[model.latest]["improvements"],
            }
            for name, model in self.models.items()
        }

    def info(self, name, number):
        files = self.models[name].versions[number]["files"]
        return {
            "id": name,
            "version": number,
            "description": f"version {number}",
            "weights": next(iter(files)),
            "files": [
                {"path": path, "digest": "sha256:" + hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
                for path, data in files.items()
            ],
        }


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    do_HEAD = lambda self: self.do_GET()  # noqa: E731  what the hub's own client asks first

    def do_GET(self):
        if self.path.startswith("http://"):  # asked as a proxy
            self.server.proxied += 1
            self.path = "/" + self.path.split("/", 3)[3]
        path = urllib.parse.unquote(self.path.split("?")[0])
        self.server.requests[path] += 1
        shown = self.headers.get("Authorization")
        if shown:
            self.server.seen_tokens.add(shown)
        if self.server.token and shown != f"Bearer {self.server.token}":
            return self.reply(401, b"{}", "application/json")
        parts = path.strip("/").split("/")
        try:
            if parts[0] == "elsewhere":  # where redirects lead
                parts = parts[1:]
            found = self.find(parts)
        except (KeyError, ValueError, IndexError, OSError):
            found = None
        if found is None:
            return self.reply(404, b"{}", "application/json")
        of_bytes = not isinstance(found, (dict, list))
        if of_bytes and self.server.files_at:
            self.send_response(302)
            self.send_header("Location", self.server.files_at + self.path)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        fault = self.server.fault(of_bytes)
        if fault == "busy":
            return self.reply(503, b"busy", "text/plain")
        if fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere" + self.path if not self.path.startswith("/elsewhere") else self.path)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if not of_bytes:
            return self.tell(path, json.dumps(found).encode())
        return self.send_bytes(path, found, fault)

    def find(self, parts):
        server = self.server
        if parts[0] == "updates" and not server.folder:
            if parts[1:] == ["manifest.json"]:
                return server.manifest()
            if parts[1] == "files":
                return server.models[parts[2]].versions[int(parts[3])]["files"]["/".join(parts[4:])]
            name, number, file = parts[1], int(parts[2]), parts[3]
            if file == "info.json":
                return server.info(name, number)
            files = server.models[name].versions[number]["files"]
            return next(iter(files.values())) if file == f"{name}_v{number}.pt" else None
        if parts[:2] == ["api", "models"] and "tree" in parts:  # of newer clients
            at = parts.index("tree")
            files = server.models["/".join(parts[2:at])].versions[int(parts[at + 1], 16)]["files"]
            digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
            return [
                {"type": "file", "oid": digests[path][:40], "size": len(data), "path": path, "lfs": {"oid": digests[path], "size": len(data), "pointerSize": 130}}
                for path, data in files.items()
            ]
        if parts[:2] == ["api", "models"]:
            name = "/".join(parts[2 : parts.index("revision")])
            files = server.models[name].versions[server.models[name].latest]["files"]
            return {
                "id": name,
                "sha": f"{server.models[name].latest:040x}",
                "siblings": [
                    {
                        "rfilename": path,
                        "size": len(data),
                        **({"lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}} if len(data) > 1000 else {}),
                    }
                    for path, data in files.items()
                ],
            }
        if "resolve" in parts:
            at = parts.index("resolve")
            version = server.models["/".join(parts[:at])].versions[int(parts[at + 1], 16)]
            return version["files"]["/".join(parts[at + 2 :])]
        if server.folder:
            return (server.folder / "/".join(parts)).read_bytes()
        return None

    def reply(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def tell(self, path, body):
        """A list, or that it is still the one that the other side has."""
        tag = tag_of(body)
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            return self.end_headers()
        self.server.told_bytes[path] += len(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_bytes(self, path, data, fault):
        if self.server.rate:  # what waits in our own buffers when the other side dies was never on the line
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PACED_BUFFER)
        tag = tag_of(data)
        begin, end = 0, len(data)
        asked = self.headers.get("Range", "")
        held = self.headers.get("If-Range")
        partial = asked.startswith("bytes=") and fault != "plain" and held in (None, tag)
        if partial:
            first, last = asked[6:].split("-")
            begin = int(first)
            end = min(int(last) + 1, end) if last else end
            if begin >= len(data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.send_header("Content-Length", "0")
                return self.end_headers()
        body = data[begin:end]
        if fault == "corrupt" and body:
            spot = self.server.draw.randrange(len(body))
            body = body[:spot] + bytes([body[spot] ^ 1]) + body[spot + 1 :]
        claimed = len(body) + (1000 if fault == "lie" else 0)
        self.send_response(206 if partial else 200)
        total = len(data) + (1000 if fault == "lie" else 0)
        if partial:
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{total}")
        self.send_header("Content-Length", str(claimed))
        self.send_header("ETag", tag)
        if "/resolve/" in path:
            self.send_header("X-Repo-Commit", path.split("/resolve/")[1].split("/")[0])
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = self.server.draw.randrange(len(body) + 1) if fault in ("drop", "truncate", "stall") else len(body)
        self.pour(path, body[:cut])
        if fault == "stall":
            time.sleep(self.server.stall_s)
        if cut < len(body) or fault == "lie":
            self.close_connection = True
            if fault == "drop":  # hard: the other side sees a reset once it has read what came
                self.connection.shutdown(socket.SHUT_RDWR)

    def pour(self, path, body):
        step = 16384 if self.server.rate else 1 << 20
        for at in range(0, len(body), step):
            piece = body[at : at + step]
            self.wfile.write(piece)
            self.server.sent_bytes[path] += len(piece)
            if self.server.rate:
                time.sleep(len(piece) / self.server.rate)


def parse_faults(text):
    return {name: float(value) for name, _, value in (one.partition("=") for one in text.split(",") if one)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--faults", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=int, help="bytes a second of each connection")
    given = parser.parse_args()
    with Source(given.seed, parse_faults(given.faults), given.rate, folder=given.folder) as source:
        print(source.url, flush=True)
        threading.Event().wait()
