#!/usr/bin/env python3
"""Whole stories of getting models and handing them on, with the real program on both sides.

  tests/sources/stories.py --weigh build/dev/bin/weigh [WORD…]      only stories whose name holds all words
"""
import argparse
import hashlib
import http.client
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
import traceback
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from source_server import Source, Model  # noqa: E402

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


def test_what_one_house_publishes_another_updates_to(made):
    here, there = made.house("here"), made.house("there")
    weights = random.Random(1).randbytes(3_000_000)
    here("import", write(made.folder / "one", {"jarvis.pt": weights, "labels.txt": b"a\nb"}), "--name", "jarvis")
    here("publish", "jarvis", "--description", "For small rooms", "--improvement", "quiet speakers")
    url = here.serve()
    key = here("publish", "--key").strip()
    there("source", "add", "acme", url, "--key", key)
    holds(there("updates"), "jarvis", "acme", "3.00 MB", "quiet speakers")
    holds(there("update"), "custom/jarvis@1", "3.00 MB came")
    expect("files", there.digests("jarvis"), {"jarvis.pt": sha256(weights), "labels.txt": sha256(b"a\nb")})
    holds(there("updates"), "up to date")
    expect("the library", (there.home / "models/custom/jarvis/jarvis.pt").exists(), True)

    newer = weights[:2_900_000] + b"tail" * 25_000
    here("import", write(made.folder / "two", {"jarvis.pt": newer, "labels.txt": b"a\nb"}), "--name", "jarvis")
    holds(there("updates"), "up to date")  # nothing is offered that nobody published
    here("publish", "jarvis@2", "--improvement", "children's voices")
    holds(there("update", "jarvis"), "custom/jarvis@2", "3 B were here")
    expect("current", there.json("show", "jarvis@current")["version"], 2)
    there("rollback", "jarvis", "current")
    expect("current again", there.json("show", "jarvis@current")["version"], 1)
    holds(there("updates"), "up to date")
    here.stop()
    holds(there("updates", expect=7), "Not every source could be asked")


def test_lists_are_cheap_to_ask_for_and_files_come_in_ranges(made):
    here = made.house("here")
    weights = random.Random(2).randbytes(100_000)
    here("import", write(made.folder / "one", {"jarvis.onnx": weights}), "--name", "jarvis")
    here("publish", "jarvis", "--channel", "beta")
    url = here.serve()
    status, headers, body = get(url + "/updates/beta/manifest.json")
    expect("the list", (status, json.loads(body)["jarvis"]["latest_version"]), (200, 1))
    expect("asked again", get(url + "/updates/beta/manifest.json", {"If-None-Match": headers["ETag"]})[0], 304)
    expect("of another channel", json.loads(get(url + "/updates/manifest.json")[2]), {})
    status, headers, body = get(url + "/updates/beta/jarvis/1/jarvis_v1.pt", {"Range": "bytes=10-19"})
    expect("a range", (status, body, headers["Content-Range"]), (206, weights[10:20], "bytes 10-19/100000"))
    expect("whole", get(url + "/updates/jarvis/1/jarvis_v1.pt?channel=beta")[2], weights)
    expect("not of this channel", get(url + "/updates/jarvis/1/jarvis_v1.pt")[0], 404)
    info = json.loads(get(url + "/updates/beta/jarvis/1/info.json")[2])
    expect("what it is made of", info["files"][0]["digest"], sha256(weights))
    signature = json.loads(get(url + "/updates/beta/manifest.sig.json")[2])
    expect("the digest that is signed", signature["manifest"], sha256(get(url + "/updates/beta/manifest.json")[2]))


def test_a_pinned_key_refuses_what_it_did_not_sign(made):
    with Source() as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        other = made.house("other")
        key = other("publish", "--key").strip()
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates", "--key", key)
        holds(house("updates", expect=7), "not signed")
        house("pull", "acme:jarvis@1", expect=5)
        house("source", "remove", "acme")
        house("source", "add", "acme", source.url + "/updates")
        holds(house("update"), "custom/jarvis@1")


def test_a_hub_gives_one_file_out_of_many(made):
    with Source() as source:
        model = source.models["org/tiny"] = Model()
        files = {f"tiny.Q{i}_K.gguf": random.Random(i).randbytes(50_000) for i in range(8)}
        model.publish(1, {"config.json": b"{}", **files})
        house = made.house("house")
        house("source", "add", "hf", source.url, "--kind", "hub")
        house("pull", "hf:org/tiny", "--include", "*Q4_K.gguf", "--include", "config.json", "--as", "tiny")
        expect("files", set(house.digests("tiny")), {"config.json", "tiny.Q4_K.gguf"})
        expect("others were not asked for", sum(source.sent_bytes.values()), 50_002)
        house("pull", "hf:org/tiny", "--as", "tiny")
        expect("what was here was not fetched again", sum(source.sent_bytes.values()) <= 8 * 50_000 + 4, True)
        house("pull", "hf:org/tiny", "--include", "*.none", expect=4)
        house("pull", "hf:org/none", expect=3)


def test_folders_and_plain_files_are_sources(made):
    shelf = write(made.folder / "shelf", {"jarvis/jarvis.pt": b"one", "jarvis/labels.txt": b"a", "single.onnx": b"two"})
    house = made.house("house")
    house("source", "add", "usb", shelf)
    house("pull", "usb:jarvis")
    expect("files", house.digests("jarvis"), {"jarvis.pt": sha256(b"one"), "labels.txt": sha256(b"a")})
    house("pull", "usb:../house", expect=3)
    with Source(folder=shelf) as source:
        house("source", "add", "web", source.url, "--kind", "files")
        house("pull", "web:single.onnx", "--as", "single")
        expect("its file", house.digests("single"), {"single.onnx": sha256(b"two")})
    house("source", "remove", "usb")
    house("pull", "usb:jarvis", expect=3)


def test_a_killed_download_goes_on_where_it_stopped(made):
    data = random.Random(3).randbytes(12_000_000)
    with Source(rate=1_500_000) as source:
        source.models["big"] = Model()
        source.models["big"].publish(1, {"big.pt": data})
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        house.serve()
        pull = subprocess.Popen([house.program, "pull", "acme:big", "--home", house.home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while sum(source.sent_bytes.values()) < 3_000_000 and time.monotonic() < until:
            time.sleep(0.02)
        house.process.kill()
        house.process.wait(30)
        pull.wait(60)
        came = sum(source.sent_bytes.values())
        expect("it was under way", 1_000_000 < came < len(data), True)
        source.rate = None
        house.serve()  # which takes the job up again
        house("pull", "acme:big")
        expect("whole", house.digests("big"), {"big.pt": sha256(data)})
        twice = sum(source.sent_bytes.values()) - len(data)
        expect(f"little came twice: {twice}", twice < 3_000_000, True)
        house.stop()


def test_the_catalog_fetches_for_an_assistant(made):
    with Source() as source:
        speech = random.Random(4).randbytes(20_000)
        cached = b"cached by another program"
        shelf = write(made.folder / "shelf", {"base.pt": speech, "voice.zip": b"voice", "spacy.whl": b"wheel"})
        write(made.folder / "cache", {"small.pt": cached})
        source.folder = shelf
        source.models["distilbert-base-uncased"] = Model()
        source.models["distilbert-base-uncased"].publish(1, {"config.json": b"{}", "model.safetensors": b"tensors", "tf_model.h5": b"no"})
        house = made.house("house")
        house("list")
        own = [
            {"id": "whisper/base", "component": "asr", "name": "base", "files": [{"path": "base.pt", "address": source.url + "/base.pt", "sha256": hashlib.sha256(speech).hexdigest()}]},
            {"id": "whisper/small", "component": "asr", "name": "small", "files": [{"path": "small.pt", "address": source.url + "/small.pt", "sha256": hashlib.sha256(cached).hexdigest(), "caches": ["$WHISPER_CACHE_DIR/small.pt"]}]},
            {"id": "tts/tacotron2-DDC", "component": "tts", "name": "tacotron2-DDC", "files": [{"path": "voice.zip", "address": source.url + "/voice.zip"}]},
            {"id": "spacy/en_core_web_sm", "component": "nlu", "name": "en_core_web_sm", "files": [{"path": "spacy.whl", "address": source.url + "/spacy.whl"}]},
        ]
        (house.home / "catalog.json").write_text(json.dumps({"models": own}))
        holds(house("catalog", "asr"), "whisper/large-v3", "~10GB", "~1x")
        env = {**os.environ, "WEIGH": str(house.program), "WEIGH_HOME": str(house.home), "HF_ENDPOINT": source.url, "WHISPER_CACHE_DIR": str(made.folder / "cache")}

        def script(*words, expect_code=0):
            done = subprocess.run([sys.executable, ROOT / "scripts/download_models.py", *words], capture_output=True, text=True, timeout=120, env=env)
            expect(f"exit of {words}: {done.stderr}", done.returncode, expect_code)
            return done.stdout + done.stderr

        holds(script("--list"), "Available Models", "  base         - Size: 74M      VRAM: ~1GB     Speed: ~16x", "tts_models/en/ljspeech/fast_pitch")
        holds(script("--verify"), "❌ Whisper base is NOT installed")
        told = script()
        holds(told, "Components to download: ['asr', 'tts', 'nlu']", "whisper: ✅ Success", "Total: 4/4 models downloaded successfully")
        models = house.home / "models"
        expect("the layout", [(models / path).exists() for path in ("whisper/base/base.pt", "tts/tacotron2-DDC/voice.zip", "spacy/en_core_web_sm/spacy.whl")], [True] * 3)
        expect("not what others leave out", "tf_model.h5" in house.digests("transformers/distilbert-base-uncased"), False)
        holds(script("--verify"), "✅ Whisper base is installed", "✅ spaCy en_core_web_sm is installed")
        before = sum(source.requests.values())
        holds(script("--components", "asr", "--asr-model", "small"), "Total: 1/1")
        expect("taken from the cache", sum(source.requests.values()), before)
        script("--asr-model", "gigantic", expect_code=2)
        source.folder = made.folder / "nothing"
        (house.home / "catalog.json").write_text(json.dumps({"models": [{**own[2], "id": "tts/vits", "name": "vits"}]}))
        holds(script("--components", "tts", "--tts-model", "vits", expect_code=1), "tts: ❌ Failed", "Total: 0/1")


def test_what_assistants_keep_in_their_caches_is_not_fetched(made):
    """With the catalog that comes with the program, whose addresses are asked for nothing."""
    packages = write(made.folder / "packages/en_core_web_sm", {"__init__.py": b"", "en_core_web_sm-3.7.1/config.cfg": b"[nlp]", "en_core_web_sm-3.7.1/meta.json": b"{}", "en_core_web_sm-3.7.1/ner/model": b"weights"}).parent
    home = made.folder / "home"
    write(home / ".cache/TTS/tts_models--en--ljspeech--vits", {"config.json": b"{}", "model_file.pth": b"voice"})
    write(home / ".cache/huggingface/hub/models--distilbert-base-uncased", {"refs/main": b"abc", "snapshots/abc/config.json": b"{}", "snapshots/abc/tf_model.h5": b"no"})
    nowhere = "http://127.0.0.1:9"
    house = made.house("house")
    env = {
        **os.environ, "WEIGH": str(house.program), "WEIGH_HOME": str(house.home), "HOME": str(home), "SITE_PACKAGES": str(packages),
        "HF_ENDPOINT": nowhere, "http_proxy": nowhere, "https_proxy": nowhere,
    }
    for name in ("WHISPER_CACHE_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TTS_HOME", "HF_HOME", "HF_HUB_CACHE", "no_proxy"):
        env.pop(name, None)

    def script(*words):
        done = subprocess.run([sys.executable, ROOT / "scripts/download_models.py", *words], capture_output=True, text=True, timeout=120, env=env)
        expect(f"exit of {words}: {done.stdout}{done.stderr}", done.returncode, 0)
        return done.stdout + done.stderr

    holds(script("--verify", "--tts-model", "vits"), "❌ Whisper base is NOT installed", "✅ spaCy en_core_web_sm is installed", "✅ TTS vits is installed")
    told = script("--components", "tts", "nlu", "--tts-model", "vits")
    holds(told, "Total: 3/3", "spacy/en_core_web_sm@1", "0 B came, 14 B were here")
    expect("a model of spaCy", house.digests("spacy/en_core_web_sm"), {"config.cfg": sha256(b"[nlp]"), "meta.json": sha256(b"{}"), "ner/model": sha256(b"weights")})
    expect("a voice", set(house.digests("tts/vits")), {"config.json", "model_file.pth"})
    expect("of the hub's cache", set(house.digests("transformers/distilbert-base-uncased")), {"config.json"})
    models = house.home / "models"
    expect("in the library", [(models / path).exists() for path in ("spacy/en_core_web_sm/config.cfg", "tts/vits/model_file.pth")], [True] * 2)


def tensor_file(tensors):
    """Named bytes as one .safetensors."""
    header, at = {}, 0
    for name, data in tensors.items():
        header[name] = {"dtype": "U8", "shape": [len(data)], "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"".join(tensors.values())


def test_a_version_that_shares_tensors_costs_the_difference(made):
    here, there = made.house("here"), made.house("there")
    draw = random.Random(6)
    tensors = {f"layer{i:02}": draw.randbytes(200_000) for i in range(20)}
    here("import", write(made.folder / "one", {"jarvis.safetensors": tensor_file(tensors)}), "--name", "jarvis")
    here("publish", "jarvis")
    there("source", "add", "acme", here.serve())
    there("pull", "acme:jarvis")
    newer = {**tensors, "layer03": draw.randbytes(200_000), "layer11": draw.randbytes(200_000)}
    data = tensor_file(newer)
    here("import", write(made.folder / "two", {"jarvis.safetensors": data}), "--name", "jarvis")
    here("publish", "jarvis@2")
    result = there.json("pull", "acme:jarvis")["result"]
    expect(f"a tenth of it came: {result}", 400_000 <= result["fetched_bytes"] < 500_000, True)
    expect("the rest was here", result["fetched_bytes"] + result["reused_bytes"], len(data))
    expect("whole", there.digests("jarvis"), {"jarvis.safetensors": sha256(data)})
    parts = json.loads(get(here.url + "/updates/parts/jarvis/2/jarvis.safetensors")[2])["parts"]
    expect("what the other house tells of it", (len(parts), sum(size for _, size, _ in parts)), (20, 4_000_000))


def test_what_other_programs_keep_under_its_digest_is_not_fetched(made):
    data = random.Random(7).randbytes(500_000)
    name = hashlib.sha256(data).hexdigest()
    with Source() as source:
        for model in ("jarvis", "org/tiny"):
            source.models[model] = Model()
            source.models[model].publish(1, {"weights.pt": data})
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        house("source", "add", "hf", source.url, "--kind", "hub")
        checkout = made.folder / "checkout"
        lfs = write(checkout / ".git/lfs/objects" / name[:2] / name[2:4], {name: data})
        house("pull", "acme:jarvis", env={"WEIGH_LFS_STORES": str(checkout / ".git/lfs")})
        expect("taken from the store of Git LFS", (sum(source.sent_bytes.values()), house.digests("jarvis")), (0, {"weights.pt": sha256(data)}))
        (lfs / name).write_bytes(data[:-1] + b"!")

        other = made.house("other")
        other("source", "add", "acme", source.url + "/updates")
        other("pull", "acme:jarvis", env={"WEIGH_LFS_STORES": str(checkout / ".git/lfs")})
        expect("not taken from a damaged one", sum(source.sent_bytes.values()), len(data))
        third = made.house("third")
        third("source", "add", "hf", source.url, "--kind", "hub")
        write(made.folder / "hf/hub/models--org--tiny/blobs", {name: data})
        third("pull", "hf:org/tiny", "--as", "tiny", env={"HF_HOME": str(made.folder / "hf")})
        expect("taken from the hub's cache", sum(source.sent_bytes.values()), len(data))

        fourth = made.house("fourth")
        write(made.folder / "project/.git/lfs/objects" / name[:2] / name[2:4], {name: data})
        (fourth.home).mkdir()
        (fourth.home / "weighhouse.toml").write_text(f'[home]\nlibrary = "{made.folder}/project/models"\n')
        fourth("source", "add", "acme", source.url + "/updates")
        fourth("pull", "acme:jarvis")
        expect("taken from the checkout that the library is in", sum(source.sent_bytes.values()), len(data))


def test_a_token_is_shown_to_its_source_and_to_nobody_else(made):
    with Source() as elsewhere, Source(token="secret-of-acme") as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        source.files_at = elsewhere.url
        elsewhere.models = source.models
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        holds(house("updates", expect=7), "wants to know who asks")
        holds(house("update", env={"WEIGH_SOURCE_TOKEN_ACME": "secret-of-acme"}), "custom/jarvis@1")
        expect("the file came from elsewhere", sum(elsewhere.sent_bytes.values()), len(b"weights"))
        expect("which was shown no token", elsewhere.seen_tokens, set())


def test_a_folder_may_hold_what_a_server_would_serve(made):
    """As it was fetched from a publisher, and as somebody on the way may alter it."""
    here, there, folder = made.house("here"), made.house("there"), made.folder / "usb"
    key = here("publish", "--key").strip()

    def save(number):
        here("import", write(made.folder / str(number), {"jarvis.pt": f"weights {number}".encode()}), "--name", "jarvis")
        here("publish", f"jarvis@{number}")
        base = here.serve() + "/updates/"
        one = f"jarvis/{number}/"
        saved = {path: get(base + path)[2] for path in ("manifest.json", "manifest.sig.json", one + "info.json", f"{one}jarvis_v{number}.pt")}
        here.stop()
        write(folder, saved)
        return saved

    first = save(1)
    there("source", "add", "usb", folder, "--key", key)
    alter = {
        "manifest.json": first["manifest.json"] + b" ",
        "manifest.sig.json": first["manifest.sig.json"].replace(b'"serial":1', b'"serial":9'),
    }
    for path, data in alter.items():
        write(folder, {path: data})
        there("updates", expect=7)
        write(folder, {path: first[path]})
    (folder / "manifest.sig.json").unlink()
    holds(there("updates", expect=7), "not signed")
    write(folder, first)
    write(folder, {"jarvis/1/jarvis_v1.pt": b"evilness 1"[:9]})
    there("update", expect=8)
    write(folder, {"jarvis/1/jarvis_v1.pt": first["jarvis/1/jarvis_v1.pt"]})
    write(folder, {"jarvis/1/info.json": first["jarvis/1/info.json"].replace(sha256(b"weights 1").encode(), sha256(b"evil").encode())})
    there("update", expect=5)
    expect("nothing came in", there.json("list")["models"], [])
    write(folder, first)
    holds(there("update"), "custom/jarvis@1")
    save(2)
    holds(there("updates"), "jarvis", "usb")
    write(folder, {"manifest.json": first["manifest.json"], "manifest.sig.json": first["manifest.sig.json"]})
    holds(there("updates", expect=7), "older than number 2")


def test_a_source_is_known_by_its_address(made):
    house = made.house("house")
    kinds = {
        "/mnt/usb": "folder", "https://models.example.com": "weighhouse", "https://models.example.com/updates": "update-server",
        "https://huggingface.co": "hub", "s3://bucket/models": "bucket", "gs://bucket/models": "bucket",
    }
    for number, (address, kind) in enumerate(kinds.items()):
        holds(house("source", "add", f"source-{number}", address), f"a source of the kind {kind}.")
    holds(house("source", "add", "usb", "models/here", expect=2), "the whole path of a folder")
    house("source", "add", "nobody", "http://127.0.0.1:9")
    told = house("pull", "nobody:jarvis", expect=7)
    holds(told, "No server answers at http://127.0.0.1:9", "Look whether the address of the source is right")


def test_a_proxy_stands_between(made):
    with Source() as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        house = made.house("house")
        house("source", "add", "far", "http://models.invalid/updates")
        env = {"http_proxy": source.url, "no_proxy": "localhost"}
        holds(house("update", env=env), "custom/jarvis@1")
        expect("asked as a proxy", source.proxied >= 3, True)
        house("pull", "far:jarvis", expect=7, env={"http_proxy": source.url, "no_proxy": ".invalid"})


def test_bundles_carry_models_without_a_network(made):
    here, there = made.house("here"), made.house("there")
    data = random.Random(5).randbytes(1_000_000)
    here("import", write(made.folder / "one", {"jarvis.pt": data, "labels.txt": b"a"}), "--name", "jarvis", "--label", "v1.1")
    bundle = made.folder / "models.bundle"
    here("bundle", "create", bundle, "jarvis")
    listed = subprocess.run(["tar", "tf", bundle], capture_output=True, text=True, check=True).stdout
    holds(listed, "bundle.json", "blobs/" + hashlib.sha256(data).hexdigest())
    holds(there("bundle", "import", bundle), "custom/jarvis@1 came in")
    expect("files", there.digests("jarvis@v1.1"), here.digests("jarvis"))
    holds(there("bundle", "import", bundle), "is here already")

    there("import", write(made.folder / "two", {"jarvis.pt": b"theirs"}), "--name", "jarvis")
    holds(there("bundle", "import", bundle), "left alone")
    holds(there("bundle", "import", bundle, "--on-conflict", "rename"), "custom/jarvis-2@1 came in")
    (made.folder / "have.txt").write_text(there("bundle", "have", "jarvis-2"))
    here("bundle", "create", made.folder / "small.bundle", "jarvis", "--have", made.folder / "have.txt")
    expect("only what the other side lacks", (made.folder / "small.bundle").stat().st_size < 20_000, True)
    there("bundle", "import", made.folder / "small.bundle")
    empty = made.house("empty")
    holds(empty("bundle", "import", made.folder / "small.bundle", expect=4), "--have")
    spoilt = bytearray(bundle.read_bytes())
    spoilt[600_000] ^= 1
    (made.folder / "spoilt.bundle").write_bytes(spoilt)
    empty("bundle", "import", made.folder / "spoilt.bundle", expect=2)
    expect("nothing came in", empty.json("list")["models"], [])
    (made.folder / "cut.bundle").write_bytes(bundle.read_bytes()[:500_000])
    holds(empty("bundle", "import", made.folder / "cut.bundle", expect=2), "cut short")


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True)
    parser.add_argument("--part", default="1/1", help="K/N: every N-th story, from the K-th on")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    program = os.path.abspath(given.weigh)
    first, parts = map(int, given.part.split("/"))
    failed = 0
    stories = [(name, story) for name, story in sorted(globals().items()) if name.startswith("test_") and all(word in name for word in given.words)]
    for name, story in stories[first - 1 :: parts]:
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
