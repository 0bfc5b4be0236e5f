"""The shapes of the API's answers. Keys that are not listed may be there, too."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict


class Slice(TypedDict, total=False):
    id: str
    dataset_id: str
    name: str
    description: str
    pinned: bool
    item_count: int
    size_bytes: int
    deleted: bool


class Dataset(TypedDict, total=False):
    id: str
    name: str
    description: str
    item_count: int
    slice_count: int
    model_count: int
    size_bytes: int


class Item(TypedDict, total=False):
    id: str
    dataset_id: str
    key: str
    media_type: str
    size_bytes: int
    digest: Optional[str]
    annotations: Any
    metadata: Dict[str, Any]
    slices: List[Slice]


class TrainingClass(TypedDict, total=False):
    annotation_type: str
    ap: Optional[float]
    training_annotations: Optional[int]
    validation_annotations: Optional[int]


class Training(TypedDict, total=False):
    dataset_id: Optional[str]
    baseline: str
    task: str
    status: str
    trained: bool
    trained_at: Optional[str]
    classes: List[TrainingClass]
    training_slices: List[Slice]
    validation_slices: List[Slice]
    training_items: int
    validation_items: int


class Model(TypedDict, total=False):
    name: str
    namespace: str
    reference: str
    model_id: str
    kind: str
    display_name: str
    description: str
    current_version: Optional[int]
    version_count: int
    size_bytes: int
    pinned: bool
    revision: int
    metrics: Dict[str, float]
    tags: Dict[str, str]
    aliases: Dict[str, int]
    training: Optional[Training]
    meta: Any


class File(TypedDict, total=False):
    path: str
    digest: str
    size_bytes: int
    format: str
    role: str
    derived: bool


class Version(TypedDict, total=False):
    model: str
    version: int
    reference: str
    label: Optional[str]
    notes: str
    metadata: Dict[str, Any]
    files: List[File]
    size_bytes: int


class Job(TypedDict, total=False):
    job_id: str
    kind: str
    state: str
    phase: str
    progress: float
    message: str
    result: Any
    error: str


class Evaluation(TypedDict, total=False):
    id: str
    summary: Dict[str, Any]
