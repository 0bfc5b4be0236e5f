"""The API as methods. Answers are its JSON; lists are walked page by page."""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple, Union
from urllib.parse import quote

from .errors import Unavailable, WeighhouseError
from .files import LocalFile, Progress, below, fetch_file, hash_file, upload_all
from .transport import Transport
from .types import Dataset, Evaluation, Item, Job, Model, Slice, Training, Version

Json = Dict[str, Any]
Examples = Union[str, "os.PathLike[str]", Sequence[Tuple[str, str]]]

_FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def _model_path(reference: str) -> Tuple[str, str]:
    """The path of a model, and the version that its reference names."""
    name, _, version = reference.partition("@")
    space, slash, bare = name.rpartition("/")
    path = f"/api/namespaces/{quote(space, safe='')}/models/{quote(bare, safe='')}" if slash else f"/api/models/{quote(name, safe='')}"
    return path, version or "current"


def _version_path(reference: str) -> str:
    path, version = _model_path(reference)
    return f"{path}/versions/{quote(version, safe='')}"


def _data(path: str, *words: str) -> str:
    return path.format(*(quote(word, safe="") for word in words))


def _batches(rows: Sequence[Json]) -> Iterator[List[Json]]:
    """What goes into one request: few enough items, and not too much text."""
    batch: List[Json] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if batch and (len(batch) == 500 or size + length > 8 << 20):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


class Client:
    """A Weighhouse at an address. Safe to share between threads: every call has a connection of its own."""

    def __init__(
        self,
        address: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        transport: Transport | None = None,
    ):
        address = address or os.environ.get("WEIGH_SERVER") or "http://localhost:8000"
        self._transport = transport or Transport(address, token or os.environ.get("WEIGH_TOKEN"), timeout)

    def _pages(self, path: str, key: str, query: Mapping[str, Any]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            page = self._transport.json("GET", path, query={**query, "cursor": cursor})
            yield from page[key]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    # Models and versions

    def models(self, filter: str = "", order_by: str = "", search: str = "", page: int = 100) -> Iterator[Model]:
        query = {"filter": filter, "order_by": order_by, "search": search, "length": page}
        return self._pages("/api/models", "models", query)

    def model(self, name: str) -> Model:
        return self._transport.json("GET", _model_path(name)[0])

    def create_model(self, name: str, kind: str = "other", **fields: Any) -> Model:
        return self._transport.json("POST", "/api/models", body={"name": name, "kind": kind, **fields})

    def update_model(self, name: str, **fields: Any) -> Model:
        return self._transport.json("PATCH", _model_path(name)[0], body=fields)

    def delete_model(self, name: str) -> str:
        """Moves it to the trash; the id to restore it by."""
        return self._transport.json("DELETE", _model_path(name)[0])["trash_id"]

    def restore(self, trash_id: str) -> Json:
        return self._transport.json("POST", f"/api/trash/{quote(trash_id)}/restore")

    def versions(self, name: str, page: int = 100) -> Iterator[Version]:
        return self._pages(_model_path(name)[0] + "/versions", "versions", {"length": page})

    def version(self, reference: str) -> Version:
        return self._transport.json("GET", _version_path(reference))

    def publish(
        self,
        name: str,
        files: Iterable[Union[str, "os.PathLike[str]"]] | Mapping[str, Union[str, "os.PathLike[str]"]],
        label: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        aliases: Sequence[str] = (),
        progress: Progress | None = None,
        **fields: Any,
    ) -> Version:
        """The files as the next version, all or nothing. A mapping gives their paths inside the version."""
        named: Mapping[str, Any] = files if isinstance(files, Mapping) else {Path(file).name: file for file in files}
        local = [hash_file(place, path) for path, place in named.items()]
        upload_all(self._transport, local, progress)
        body: Json = {"files": [{"path": file.name, "digest": file.digest} for file in local], **fields}
        if label is not None:
            body["label"] = label
        if metadata is not None:
            body["metadata"] = dict(metadata)
        if aliases:
            body["aliases"] = list(aliases)
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self._transport.json("POST", _model_path(name)[0] + "/versions", body=body, headers=headers, repeatable=True)

    def download(self, reference: str, folder: Union[str, "os.PathLike[str]"], progress: Progress | None = None) -> List[Path]:
        """Every file of a version below `folder`, verified. What is there already is not asked for again."""
        version = self.version(reference)
        address = _version_path(version["reference"])
        files = [(file["path"], file["digest"], file["size_bytes"]) for file in version["files"]]
        return self._fetch(Path(folder), files, lambda path: f"{address}/files/{quote(path)}", progress)

    def _fetch(self, folder: Path, files: Sequence[Tuple[str, str, int]], address_of: Any, progress: Progress | None) -> List[Path]:
        total = sum(size for _, _, size in files)
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            if progress:
                progress(done, total)

        written = []
        for path, digest, size in files:
            target = below(folder, path)
            fetch_file(self._transport, address_of(path), target, digest, size, tell)
            written.append(target)
        return written

    def set_alias(self, name: str, alias: str, version: int | str) -> Json:
        return self._transport.json("PUT", f"{_model_path(name)[0]}/aliases/{quote(alias, safe='')}", body={"version": version})

    def set_tag(self, name: str, key: str, value: str) -> None:
        self._transport.json("PUT", f"{_model_path(name)[0]}/tags/{quote(key, safe='')}", body={"value": value})

    def add_metrics(self, reference: str, metrics: Mapping[str, float], **parts: Any) -> List[Json]:
        """Numbers of a version; `class_name` and `slice` say of what part."""
        extra = {"class" if key == "class_name" else key: value for key, value in parts.items()}
        body = {"metrics": [{"name": name, "value": value, **extra} for name, value in metrics.items()]}
        return self._transport.json("POST", _version_path(reference) + "/metrics", body=body)["metrics"]

    # Data

    def datasets(self, search: str = "", page: int = 100) -> Iterator[Dataset]:
        return self._pages("/api/datasets", "datasets", {"search": search, "length": page})

    def dataset(self, name: str) -> Dataset:
        return self._transport.json("GET", _data("/api/datasets/{}", name))

    def create_dataset(self, name: str, description: str = "") -> Dataset:
        return self._transport.json("POST", "/api/datasets", body={"name": name, "description": description})

    def delete_dataset(self, name: str) -> str:
        return self._transport.json("DELETE", _data("/api/datasets/{}", name))["trash_id"]

    def slices(self, dataset: str, search: str = "", page: int = 100) -> Iterator[Slice]:
        return self._pages(_data("/api/datasets/{}/slices", dataset), "slices", {"search": search, "length": page})

    def create_slice(self, dataset: str, name: str, description: str = "") -> Slice:
        body = {"name": name, "description": description}
        return self._transport.json("POST", _data("/api/datasets/{}/slices", dataset), body=body)

    def delete_slice(self, dataset: str, name: str) -> str:
        return self._transport.json("DELETE", _data("/api/datasets/{}/slices/{}", dataset, name))["trash_id"]

    def put_in_slice(self, dataset: str, slice: str, items: Sequence[str]) -> Slice:
        path = _data("/api/datasets/{}/slices/{}/items", dataset, slice)
        return self._transport.json("POST", path, body={"add": list(items)}, repeatable=True)

    def items(self, dataset: str, slice: str = "", search: str = "", page: int = 100) -> Iterator[Item]:
        query = {"slice": slice, "search": search, "length": page}
        return self._pages(_data("/api/datasets/{}/items", dataset), "items", query)

    def item(self, dataset: str, key: str) -> Item:
        return self._transport.json("GET", _data("/api/datasets/{}/items/{}", dataset, key))

    def add_files(
        self,
        dataset: str,
        files: Mapping[str, Union[str, "os.PathLike[str]"]],
        slices: Sequence[str] = (),
        annotations: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Files as items under these keys; what is there already is changed. How many are new."""
        local = [hash_file(place, key) for key, place in files.items()]
        upload_all(self._transport, local, progress)
        rows: List[Json] = [{"key": file.name, "digest": file.digest} for file in local]
        for row in rows:
            if annotations and row["key"] in annotations:
                row["annotations"] = annotations[row["key"]]
        return sum(self._add_items(dataset, some, slices) for some in _batches(rows))

    def add_texts(self, dataset: str, texts: Mapping[str, str], slices: Sequence[str] = (), label: str | None = None) -> int:
        """Texts as items under these keys, each of at most 1 MiB; what is there already is changed. How many are new."""
        rows: List[Json] = [{"key": key, "text": text} for key, text in texts.items()]
        if label is not None:
            for row in rows:
                row["annotations"] = {"label": label}
        return sum(self._add_items(dataset, some, slices) for some in _batches(rows))

    def _add_items(self, dataset: str, rows: List[Json], slices: Sequence[str]) -> int:
        body = {"items": rows, "slices": list(slices), "update": True}
        return self._transport.json("POST", _data("/api/datasets/{}/items", dataset), body=body, repeatable=True)["added"]

    def download_items(self, dataset: str, folder: Union[str, "os.PathLike[str]"], slice: str = "", progress: Progress | None = None) -> List[Path]:
        found = [item for item in self.items(dataset, slice, page=1000) if item.get("digest")]
        ids = {item["key"]: item["id"] for item in found}
        files = [(item["key"], str(item["digest"]), item["size_bytes"]) for item in found]
        path = "/api/datasets/{}/items/{}/content"
        return self._fetch(Path(folder), files, lambda key: _data(path, dataset, ids[key]), progress)

    # What models learnt from data

    def training(self, name: str) -> Training:
        return self._transport.json("GET", _model_path(name)[0] + "/training")

    def update_training(self, name: str, **fields: Any) -> Model:
        """dataset, training_slices, classes, trained, meta, …: `TrainingChange` of the API."""
        return self._transport.json("PATCH", _model_path(name)[0] + "/training", body=fields)

    def audit(self, below: float = 0.7, above: float = 0.9, filter: str = "", metric: str = "ap") -> Json:
        query = {"below": below, "above": max(above, below), "filter": filter, "metric": metric}
        return self._transport.json("GET", "/api/audit", query=query)

    def groups(self, by: str, filter: str = "", metric: str = "ap") -> List[Json]:
        return self._transport.json("GET", "/api/groups", query={"by": by, "filter": filter, "metric": metric})["groups"]

    def trend(self, name: str, metric: str = "ap") -> List[Json]:
        return self._transport.json("GET", _model_path(name)[0] + "/trend", query={"metric": metric})["points"]

    def lineage(self, name: str) -> Json:
        return self._transport.json("GET", _model_path(name)[0] + "/lineage")

    def bulk(self, filter: str, action: str, dry_run: bool = False, **fields: str) -> Json:
        body = {"filter": filter, "action": action, "dry_run": dry_run, **fields}
        return self._transport.json("POST", "/api/bulk", body=body)

    def undo_bulk(self, bulk_id: str) -> Json:
        return self._transport.json("POST", f"/api/bulk/{quote(bulk_id)}/undo")

    # Training, asking, weighing

    def _examples(self, examples: Examples) -> Json:
        if isinstance(examples, (str, os.PathLike)):
            place = Path(examples)
            form = _FORMATS.get(place.suffix.lower())
            if form is None:
                raise ValueError(f"{place} does not say what it holds: name it .csv, .tsv or .jsonl.")
            file: LocalFile = hash_file(place)
            upload_all(self._transport, [file])
            return {"data": file.digest, "format": form, "data_name": place.name}
        return {"examples": [{"text": text, "label": label} for text, label in examples]}

    def fit(self, name: str, examples: Examples, **order: Any) -> Job:
        """Trains the next version; a job."""
        return self._transport.json("POST", _model_path(name)[0] + "/fit", body={**self._examples(examples), **order})

    def evaluate(self, reference: str, examples: Examples) -> Job:
        return self._transport.json("POST", _version_path(reference) + "/evaluations", body=self._examples(examples))

    def evaluation(self, evaluation_id: str) -> Evaluation:
        return self._transport.json("GET", f"/api/evaluations/{quote(evaluation_id)}")

    def predict(self, reference: str, texts: Sequence[str], explain: bool = False) -> List[Json]:
        path, version = _model_path(reference)
        body: Json = {"texts": list(texts), "explain": explain}
        if version != "current":
            body["version"] = version
        return self._transport.json("POST", path + "/predict", body=body, repeatable=True)["predictions"]

    def job(self, job_id: str) -> Job:
        return self._transport.json("GET", f"/api/jobs/{quote(job_id)}")

    def wait(self, job: Job | str, timeout: float = 3600.0, pause: float = 0.2) -> Job:
        """Until it has ended; raises what it failed with."""
        job_id = job if isinstance(job, str) else job["job_id"]
        end = time.monotonic() + timeout
        while True:
            now = self.job(job_id)
            if now["state"] == "completed":
                return now
            if now["state"] in ("failed", "cancelled"):
                raise WeighhouseError(now.get("message") or f"The job {job_id} {now['state']}.", str(now.get("error") or "internal"))
            if time.monotonic() > end:
                raise Unavailable(f"The job {job_id} is not done after {timeout:g} seconds.", "unavailable")
            time.sleep(pause)
            pause = min(2.0, pause * 1.3)
