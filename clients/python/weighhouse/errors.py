"""Refusals, each a class by what a caller can do about it."""

from __future__ import annotations

from typing import Any, Mapping


class WeighhouseError(Exception):
    """Something was refused. The message is a sentence that names the thing and the way out."""

    def __init__(self, message: str, code: str = "internal", status: int = 0, details: Mapping[str, Any] | None = None):
        super().__init__(message)
        self.code = code
        self.status = status
        self.details: Mapping[str, Any] = details or {}


class InvalidArgument(WeighhouseError):
    """It can never succeed as written."""


class NotAllowed(WeighhouseError):
    """Nobody said who is asking, or they may not."""


class NotFound(WeighhouseError):
    """There is no such thing, or none that you may see."""


class Conflict(WeighhouseError):
    """Well formed, but not in the present state: a name is taken, a thing is pinned, a blob is not here yet."""


class Unavailable(WeighhouseError):
    """The same call may succeed later."""


class Damaged(WeighhouseError):
    """Bytes do not match their digest. Nothing of them was kept."""


_BY_CODE: dict[str, type[WeighhouseError]] = {
    "invalid_argument": InvalidArgument,
    "unauthenticated": NotAllowed,
    "permission_denied": NotAllowed,
    "not_found": NotFound,
    "already_exists": Conflict,
    "failed_precondition": Conflict,
    "resource_exhausted": Unavailable,
    "unavailable": Unavailable,
    "data_loss": Damaged,
}


def error_of(status: int, body: Any) -> WeighhouseError:
    """The exception for a reply that is no success."""
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        kind = _BY_CODE.get(body["error"], WeighhouseError)
        return kind(str(body.get("message", body["error"])), body["error"], status, body.get("details"))
    kind = Unavailable if status == 503 else WeighhouseError
    return kind(f"The server answered with status {status} and nothing that can be read.", status=status)
