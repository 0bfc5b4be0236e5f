"""Models and data of a Weighhouse, from Python."""

from .client import Client
from .errors import (
    Conflict,
    Damaged,
    InvalidArgument,
    NotAllowed,
    NotFound,
    Unavailable,
    WeighhouseError,
)

__all__ = [
    "Client",
    "Conflict",
    "Damaged",
    "InvalidArgument",
    "NotAllowed",
    "NotFound",
    "Unavailable",
    "WeighhouseError",
]
__version__ = "0.1.0"
