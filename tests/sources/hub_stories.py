"""Hubs in the protocol of Hugging Face."""
import random

from harness import expect, sha256
from source_server import Model, Source


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


def test_a_hub_is_asked_once_where_a_file_is(made):
    """As the real one does, it sends every part on to another server."""
    data = random.Random(8).randbytes(12_000_000)
    with Source() as store, Source() as source:
        store.models["org/tiny"] = source.models["org/tiny"] = Model()
        source.models["org/tiny"].publish(1, {"weights.bin": data})
        source.files_at = store.url
        house = made.house("house")
        house("source", "add", "hf", source.url, "--kind", "hub")
        house("pull", "hf:org/tiny", "--as", "tiny")
        expect("files", house.digests("tiny"), {"weights.bin": sha256(data)})
        path = f"/org/tiny/resolve/{1:040x}/weights.bin"
        expect(f"parts: {store.requests[path]}", store.requests[path] > 10, True)
        expect(f"asked where they are: {source.requests[path]}", source.requests[path] <= 5, True)
