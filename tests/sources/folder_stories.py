"""Folders and plain files, and how sources are told apart."""

from harness import expect, get, holds, sha256, write
from source_server import Source


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
