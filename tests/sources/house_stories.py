"""What one Weighhouse publishes and another brings, over the line and in bundles."""
import hashlib
import json
import random
import subprocess

from harness import expect, get, holds, sha256, write


def test_what_one_house_publishes_another_updates_to(made):
    here, there = made.house("here"), made.house("there")
    weights = random.Random(1).randbytes(3_000_000)
    here("import", write(made.folder / "one", {"jarvis.pt": weights, "labels.txt": b"a\nb"}), "--name", "jarvis")
    here("publish", "jarvis", "--description", "For small rooms", "--improvement", "quiet speakers")
    url = here.serve()
    key = here("publish", "--key").strip()
    holds(there("updates"), "There is no source to ask")
    there("source", "add", "acme", url, "--key", key)
    holds(there("pull", "acme:jarvis@9", expect=3), '"acme" has no version 9 of "jarvis"', "weigh updates acme")
    there("pull", "acme:jarvis@", expect=2)
    holds(there("pull", "acme:jarvis", "--include", "*.onnx", expect=4), "It has jarvis.pt, labels.txt.")
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
