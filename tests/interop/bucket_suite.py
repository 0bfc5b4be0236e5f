#!/usr/bin/env python3
"""Models come out of a bucket of a real S3 service: OpenStack Swift with its S3 interface, as Debian packages it.

  tests/interop/bucket_suite.py --weigh build/dev/bin/weigh

The four servers run on free ports of loopback, in a folder that is gone afterwards. Without Swift (Debian: swift-proxy, swift-account, swift-container, swift-object) the suite
says so and ends with 77.
"""
import argparse
import concurrent.futures
import hashlib
import hmac
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SKIPPED = 77
MANY = 1020
SERVERS = ("account", "container", "object", "proxy")
KEY, SECRET = "test:tester", "testing"
PIPELINE = "catch_errors gatekeeper healthcheck cache listing_formats s3api tempauth copy slo dlo proxy-server"


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Swift:
    """One device, one copy of each object."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = dict(zip(SERVERS, free_ports(4)))
        self.url = f"http://127.0.0.1:{self.ports['proxy']}"
        self.processes = []
        self.user = run("id", "-un").strip()

    def common(self, server):
        return (
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {self.ports[server]}\nworkers = 0\nuser = {self.user}\n"
            f"swift_dir = {self.folder}\ndevices = {self.folder}/devices\nmount_check = false\nlog_address = /nowhere\n"
            "fallocate_reserve = 0\n"
        )

    def write(self):
        (self.folder / "devices" / "one").mkdir(parents=True)
        (self.folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_prefix = interop\nswift_hash_path_suffix = interop\n[storage-policy:0]\nname = only\ndefault = yes\n")
        for server in SERVERS[:3]:
            (self.folder / f"{server}.conf").write_text(self.common(server) + f"[pipeline:main]\npipeline = {server}-server\n[app:{server}-server]\nuse = egg:swift#{server}\n")
            builder = self.folder / f"{server}.builder"
            run("swift-ring-builder", builder, "create", "4", "1", "1")
            run("swift-ring-builder", builder, "add", f"r1z1-127.0.0.1:{self.ports[server]}/one", "1")
            run("swift-ring-builder", builder, "rebalance")
        filters = "".join(f"[filter:{name}]\nuse = egg:swift#{'memcache' if name == 'cache' else name}\n" for name in PIPELINE.split()[:-1])
        filters = filters.replace("egg:swift#s3api\n", "egg:swift#s3api\nlocation = us-east-1\ns3_acl = false\n")
        filters = filters.replace("egg:swift#tempauth\n", f"egg:swift#tempauth\nuser_{KEY.replace(':', '_')} = {SECRET} .admin\n")
        (self.folder / "proxy.conf").write_text(self.common("proxy") + f"[pipeline:main]\npipeline = {PIPELINE}\n[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n" + filters)

    def __enter__(self):
        self.write()
        for server in SERVERS:
            log = open(self.folder / f"{server}.log", "wb")
            self.processes.append(subprocess.Popen([f"swift-{server}-server", self.folder / f"{server}.conf"], stdout=log, stderr=log, cwd=self.folder))
        until = time.monotonic() + 60
        while subprocess.run(["curl", "-sf", self.url + "/healthcheck"], capture_output=True).returncode != 0:
            if time.monotonic() > until or self.processes[-1].poll() is not None:
                self.__exit__()
                raise AssertionError("Swift did not start:\n" + "".join((self.folder / f"{server}.log").read_text(errors="replace") for server in SERVERS))
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)

    def put(self, path, data=b""):
        """A bucket, or an object in one. Signed by the rules as AWS has them, and not by the program under test."""
        now = time.gmtime()
        stamp, day = time.strftime("%Y%m%dT%H%M%SZ", now), time.strftime("%Y%m%d", now)
        digest = hashlib.sha256(data).hexdigest()
        host, quoted = self.url.split("//")[1], urllib.parse.quote("/" + path)
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = f"PUT\n{quoted}\n\nhost:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{stamp}\n\n{names}\n{digest}"
        scope = f"{day}/us-east-1/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("AWS4" + SECRET).encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        request = urllib.request.Request(self.url + quoted, data=data, method="PUT")
        request.add_header("x-amz-date", stamp)
        request.add_header("x-amz-content-sha256", digest)
        request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={names}, Signature={key.hex()}")
        for left in (3, 2, 1, 0):  # it answers 503 where it is asked for too much at a time
            try:
                with urllib.request.urlopen(request, timeout=60) as reply:
                    return reply.read()
            except urllib.error.HTTPError as refused:
                if refused.code != 503 or left == 0:
                    raise
                time.sleep(0.5)


def expect(what, actual, wanted):
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r}, not {wanted!r}")
    print(f"  ok      {what}")


def story(swift, program, folder):
    draw = random.Random(8)
    files = {"weights.safetensors": draw.randbytes(3_000_000), "config.json": b"{}", "a folder/ümlaut & more.txt": b"text", "empty": b""}
    swift.put("models")
    for path, data in files.items():
        swift.put(f"models/speech/jarvis/{path}", data)
    swift.put("models/speech/jarvis-two/other.bin", b"of another model")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:  # more than one page of a list
        list(pool.map(lambda number: swift.put(f"models/many/{number:04}", b"x"), range(MANY)))
    asks = {**os.environ, "AWS_ENDPOINT_URL": swift.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}

    def weigh(*words, code=0, env=None):
        done = subprocess.run([program, *words, "--home", str(folder / "home")], capture_output=True, text=True, timeout=120, env={**asks, **(env or {})})
        if done.returncode != code:
            raise AssertionError(f"weigh {words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    weigh("source", "add", "team", "s3://models/speech")
    weigh("pull", "team:jarvis")
    shown = json.loads(weigh("show", "jarvis@current", "--json"))["files"]
    wanted = {path: "sha256:" + hashlib.sha256(data).hexdigest() for path, data in files.items()}
    expect("every object of the folder came, and no other", {file["path"]: file["digest"] for file in shown}, wanted)
    weigh("source", "add", "whole", "s3://models")
    weigh("pull", "whole:many", "--as", "many")
    expect("a list of several pages", len(json.loads(weigh("show", "many@current", "--json"))["files"]), MANY)
    weigh("pull", "team:nothing", code=3)
    expect("a wrong secret is refused", "does not let us" in weigh("pull", "team:jarvis", "--as", "other", code=5, env={"AWS_SECRET_ACCESS_KEY": "wrong"}), True)
    weigh("pull", "team:jarvis", "--include", "*.json", "--as", "small")
    expect("one file out of several", [file["path"] for file in json.loads(weigh("show", "small@current", "--json"))["files"]], ["config.json"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True)
    program = os.path.abspath(parser.parse_args().weigh)
    if not all(shutil.which(f"swift-{server}-server") for server in SERVERS):
        print("SKIPPED: there is no Swift (Debian: apt install swift-proxy swift-account swift-container swift-object).", file=sys.stderr)
        return SKIPPED
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        (folder / "swift").mkdir()
        with Swift(folder / "swift") as swift:
            story(swift, program, folder)
    print("models come out of a bucket of a real S3 service")
    return 0


if __name__ == "__main__":
    sys.exit(main())
