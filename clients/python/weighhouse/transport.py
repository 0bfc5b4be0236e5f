"""One request at a time over HTTP, with patience where the same call may succeed later."""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
from typing import Any, Callable, IO, Iterator, Mapping
from urllib.parse import urlencode, urlsplit

from .errors import Unavailable, WeighhouseError, error_of

CHUNK_BYTES = 1 << 20
LONGEST_ANSWER_BYTES = 64 << 20


class Reply:
    """What came back; its body is read once."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse):
        self._connection = connection
        self._response = response
        self.status = response.status

    def header(self, name: str) -> str | None:
        return self._response.getheader(name)

    def json(self) -> Any:
        with self:
            body = self._response.read(LONGEST_ANSWER_BYTES + 1)
        if len(body) > LONGEST_ANSWER_BYTES:
            raise WeighhouseError("The answer is longer than 64 MiB. Ask for shorter pages.")
        if not body:
            return None
        try:
            return json.loads(body)
        except ValueError:
            return None

    def chunks(self) -> Iterator[bytes]:
        with self:
            while True:
                piece = self._response.read(CHUNK_BYTES)
                if not piece:
                    return
                yield piece

    def __enter__(self) -> "Reply":
        return self

    def __exit__(self, *_: object) -> None:
        self._response.close()
        self._connection.close()


class Transport:
    def __init__(
        self,
        address: str,
        token: str | None = None,
        timeout: float = 60.0,
        tries: int = 5,
        context: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        parts = urlsplit(address if "//" in address else "http://" + address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"An address is http://host:port, not {address!r}.")
        self._https = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._tries = tries
        self._context = context
        self._sleep = sleep

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        stream: IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Reply:
        """A reply with a status of success; every other one is raised.

        A call that changes something is sent again only when it is said to be `repeatable`, or when the connection was
        refused before anything went out.
        """
        wanted = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        target = self._prefix + path + ("?" + urlencode(wanted) if wanted else "")
        sent: dict[str, str] = {"Accept": "application/json", **(headers or {})}
        if self._token:
            sent["Authorization"] = "Bearer " + self._token
        data: Any = stream
        if stream is None and body is not None:
            data = json.dumps(body, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"
        again = method in ("GET", "HEAD", "PUT", "DELETE") if repeatable is None else repeatable
        for attempt in range(self._tries):
            last = attempt == self._tries - 1
            try:
                reply = self._once(method, target, data, sent)
            except ConnectionRefusedError as error:
                if last:
                    raise Unavailable(f"Nobody answers at {self._host}:{self._port}: {error}.", "unavailable") from error
            except (OSError, http.client.HTTPException) as error:
                if last or not again or stream is not None:
                    raise Unavailable(f"The connection to {self._host} broke: {error}.", "unavailable") from error
            else:
                if reply.status < 400:
                    return reply
                refusal = error_of(reply.status, reply.json())
                if last or not again or stream is not None or reply.status not in (429, 503):
                    raise refusal
            self._sleep(min(8.0, 0.2 * 2**attempt) * (0.5 + random.random() / 2))
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, target: str, data: Any, headers: Mapping[str, str]) -> Reply:
        if self._https:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=self._context
            )
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        try:
            connection.request(method, target, body=data, headers=dict(headers))
            return Reply(connection, connection.getresponse())
        except BaseException:
            connection.close()
            raise

    def json(self, method: str, path: str, **options: Any) -> Any:
        return self.send(method, path, **options).json()
