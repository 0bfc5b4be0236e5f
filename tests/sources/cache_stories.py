"""The catalog, and what other programs keep on this machine already."""
import hashlib
import json
import os
import random
import subprocess
import sys

from harness import ROOT, expect, holds, sha256, write
from source_server import Model, Source


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
