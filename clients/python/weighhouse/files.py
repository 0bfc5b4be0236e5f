"""Files on their way in and out: hashed, sent once, taken up again, verified."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable
from urllib.parse import quote

from .errors import Conflict, Damaged, NotFound, Unavailable
from .transport import CHUNK_BYTES, Transport

Progress = Callable[[int, int], None]
RESUMABLE_FROM_BYTES = 8 << 20


@dataclass(frozen=True)
class LocalFile:
    path: Path
    name: str
    size_bytes: int
    digest: str


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hash_file(path: str | os.PathLike[str], name: str | None = None) -> LocalFile:
    place = Path(path)
    sha = hashlib.sha256()
    size = 0
    with place.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            sha.update(piece)
            size += len(piece)
    return LocalFile(place, name or place.name, size, "sha256:" + sha.hexdigest())


class _Counted:
    """A file whose reading is told."""

    def __init__(self, path: Path, offset: int, on_bytes: Callable[[int], None]):
        self._stream = path.open("rb")
        self._stream.seek(offset)
        self._on_bytes = on_bytes

    def read(self, length: int = -1) -> bytes:
        piece = self._stream.read(length)
        self._on_bytes(len(piece))
        return piece

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def upload_all(transport: Transport, files: Iterable[LocalFile], progress: Progress | None = None) -> None:
    """Sends what the house lacks. Afterwards it has all of them, under their digests."""
    by_digest = {file.digest: file for file in files}
    if not by_digest:
        return
    known = transport.json("POST", "/api/blobs/query", body={"digests": list(by_digest)}, repeatable=True)
    absent = [by_digest[digest] for digest in known["absent"]]
    total = sum(file.size_bytes for file in absent)
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, total)

    for file in absent:
        if file.size_bytes < RESUMABLE_FROM_BYTES:
            with _Counted(file.path, 0, tell) as stream:
                headers = {"Content-Length": str(file.size_bytes), "Content-Type": "application/octet-stream"}
                transport.send("PUT", f"/api/blobs/{file.digest}", stream=stream, headers=headers).json()
        else:
            _upload_resumably(transport, file, tell)


def _upload_resumably(transport: Transport, file: LocalFile, tell: Callable[[int], None], tries: int = 6) -> None:
    # The name holds the digest, so that an upload which an earlier program left is known again.
    name = f"{file.name} {file.digest}"
    open_ones = transport.json("GET", "/api/uploads")["uploads"]
    started = next((one for one in open_ones if one.get("name") == name), None)
    if started is None:
        declared = base64.b64encode(bytes.fromhex(file.digest[7:])).decode()
        headers = {
            "Upload-Length": str(file.size_bytes),
            "Upload-Complete": "?0",
            "Repr-Digest": f"sha-256=:{declared}:",
        }
        started = transport.json("POST", "/api/uploads", query={"name": name}, headers=headers)
    address = f"/api/uploads/{quote(started['id'])}"
    offset = int(started.get("offset", 0))
    tell(offset)
    for attempt in range(tries):
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Complete": "?1",
            "Content-Length": str(file.size_bytes - offset),
            "Content-Type": "application/partial-upload",
        }
        try:
            with _Counted(file.path, offset, tell) as stream:
                transport.send("PATCH", address, stream=stream, headers=headers).json()
            return
        except (Unavailable, Conflict):
            if attempt == tries - 1:
                raise
        reached = transport.send("HEAD", address)
        now = int(reached.header("Upload-Offset") or 0)
        reached.json()
        tell(now - offset)
        offset = now


def fetch_file(
    transport: Transport,
    address: str,
    target: Path,
    digest: str,
    size_bytes: int,
    tell: Callable[[int], None],
    tries: int = 5,
) -> None:
    """Writes `target` whole and verified, or leaves it as it was. What came before a failure is not asked for again."""
    if target.exists() and target.stat().st_size == size_bytes and hash_file(target).digest == digest:
        tell(size_bytes)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{digest[7:19]}.part")
    for attempt in range(tries):
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-", "If-Range": f'"{digest}"'} if 0 < have < size_bytes else {}
        try:
            reply = transport.send("GET", address, headers=headers)
            with part.open("ab" if reply.status == 206 else "wb") as stream:
                if reply.status == 206:
                    tell(have)
                for piece in reply.chunks():
                    stream.write(piece)
                    tell(len(piece))
        except (OSError, Unavailable):
            if attempt == tries - 1:
                raise
            continue
        if part.stat().st_size >= size_bytes:
            break
    if hash_file(part).digest != digest:
        part.unlink()
        raise Damaged(f"The bytes of {target.name} do not match their digest; nothing of them was kept.", "data_loss")
    os.replace(part, target)


_SAFE = re.compile(r"^(?!/)(?!.*(^|/)\.\.?(/|$))[^\\\0]+$")


def below(folder: Path, path: str) -> Path:
    """A path that a server said, below a folder of this disk."""
    if not _SAFE.match(path):
        raise NotFound(f"{path!r} is no path that can be written below {folder}.", "not_found")
    return folder / path
