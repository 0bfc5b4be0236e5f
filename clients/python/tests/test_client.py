"""What the client says to a server, and what it makes of the answers."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from tests.stub import Stub
from weighhouse import Client, Conflict, Damaged, InvalidArgument, NotFound, Unavailable
from weighhouse.files import below, digest_of
from weighhouse.transport import Transport


def client(url: str, **options: object) -> Client:
    return Client(transport=Transport(url, sleep=lambda _: None, **options))  # type: ignore[arg-type]


class Lists(unittest.TestCase):
    def test_are_walked_page_by_page_and_only_as_far_as_somebody_looks(self) -> None:
        def answer(method: str, path: str, body: bytes, headers: dict) -> tuple:
            if "cursor=b" in path:
                return 200, {"models": [{"name": "three"}], "next_cursor": None}, {}
            return 200, {"models": [{"name": "one"}, {"name": "two"}], "next_cursor": "b"}, {}

        with Stub(answer) as stub:
            models = client(stub.url).models(filter="kind = 'detector'")
            self.assertEqual(next(models)["name"], "one")
            self.assertEqual(len(stub.calls), 1)
            self.assertEqual([model["name"] for model in models], ["two", "three"])
            self.assertIn("filter=kind+%3D+%27detector%27", stub.calls[0][1])


class Refusals(unittest.TestCase):
    def test_are_exceptions_with_the_message_of_the_server(self) -> None:
        kinds = {"not_found": (404, NotFound), "invalid_argument": (400, InvalidArgument), "already_exists": (409, Conflict)}
        for code, (status, kind) in kinds.items():
            refusal = {"error": code, "message": "Say it otherwise.", "details": {"slice": "x"}}
            with Stub(lambda *_: (status, refusal, {})) as stub, self.assertRaises(kind) as raised:
                client(stub.url).model("jarvis")
            self.assertEqual(str(raised.exception), "Say it otherwise.")
            self.assertEqual(raised.exception.details["slice"], "x")

    def test_that_will_pass_are_waited_for_but_a_change_is_never_sent_twice(self) -> None:
        busy = (503, {"error": "unavailable", "message": "Later."}, {})
        answers = [busy, busy, (200, {"name": "jarvis"}, {})]
        with Stub(lambda *_: answers.pop(0)) as stub:
            self.assertEqual(client(stub.url).model("jarvis")["name"], "jarvis")
            self.assertEqual(len(stub.calls), 3)
        with Stub(lambda *_: busy) as stub, self.assertRaises(Unavailable):
            client(stub.url).create_dataset("streets")
        self.assertEqual(len(stub.calls), 1)

    def test_of_a_connection_name_the_host(self) -> None:
        with Stub(lambda *_: (200, {}, {})) as stub:
            url = stub.url
        with self.assertRaises(Unavailable) as raised:
            client(url, tries=2).model("jarvis")
        self.assertIn("127.0.0.1", str(raised.exception))


class Downloads(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.place = Path(self.folder.name)

    def version(self, data: bytes, digest: str) -> dict:
        files = [{"path": "a/jarvis.pt", "digest": digest, "size_bytes": len(data)}]
        return {"reference": "custom/jarvis@3", "files": files}

    def test_go_on_where_they_stopped_and_are_verified(self) -> None:
        data = b"weights" * 1000
        digest = digest_of(data)

        def answer(method: str, path: str, body: bytes, headers: dict) -> tuple:
            if "/files/" not in path:
                return 200, self.version(data, digest), {}
            begin = int(headers.get("Range", "bytes=0-")[6:-1])
            return (206 if begin else 200), data[begin:], {}

        part = self.place / "a" / f"jarvis.pt.{digest[7:19]}.part"
        part.parent.mkdir()
        part.write_bytes(data[:4000])
        told = []
        with Stub(answer) as stub:
            written = client(stub.url).download("jarvis@production", self.place, lambda *now: told.append(now))
            self.assertEqual(written, [self.place / "a/jarvis.pt"])
            self.assertEqual(written[0].read_bytes(), data)
            self.assertFalse(part.exists())
            self.assertEqual(told[-1], (7000, 7000))
            asked = len(stub.calls)
            client(stub.url).download("jarvis", self.place)
            self.assertEqual(len(stub.calls), asked + 1)

    def test_leave_nothing_behind_when_the_bytes_are_wrong(self) -> None:
        digest = digest_of(b"weights")
        answer = lambda _, path, *__: (200, b"wEIGHTS" if "/files/" in path else self.version(b"weights", digest), {})
        with Stub(answer) as stub, self.assertRaises(Damaged):
            client(stub.url).download("jarvis", self.place)
        self.assertEqual([path for path in self.place.rglob("*") if path.is_file()], [])

    def test_never_leave_the_folder(self) -> None:
        for path in ("../x", "/etc/passwd", "a/../../x", "a\\..\\x", "..", ""):
            with self.assertRaises(NotFound):
                below(self.place, path)
        self.assertEqual(below(self.place, "a/..b/c"), self.place / "a/..b/c")


class Publishing(unittest.TestCase):
    def test_sends_only_what_is_absent_and_can_be_repeated(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder, "one.pt"), Path(folder, "two.json")
            one.write_bytes(b"one")
            two.write_bytes(b"two")

            def answer(method: str, path: str, body: bytes, headers: dict) -> tuple:
                if path == "/api/blobs/query":
                    return 200, {"absent": [digest_of(b"one")]}, {}
                if path.startswith("/api/blobs/"):
                    return 201, {"digest": path[-71:]}, {}
                keys.append(headers.get("Idempotency-Key"))
                return (503, {"error": "unavailable", "message": "Later."}, {}) if len(keys) == 1 else (201, {"version": 1}, {})

            keys: list = []
            with Stub(answer) as stub:
                version = client(stub.url).publish("whisper/base", [one, two], label="v1", aliases=["production"])
            self.assertEqual(version["version"], 1)
            puts = [call for call in stub.calls if call[0] == "PUT"]
            self.assertEqual([body for _, _, body in puts], [b"one"])
            self.assertEqual(len(set(keys)), 1)
            sent = json.loads(stub.calls[-1][2])
            self.assertEqual(stub.calls[-1][1], "/api/namespaces/whisper/models/base/versions")
            self.assertEqual([file["path"] for file in sent["files"]], ["one.pt", "two.json"])
            self.assertEqual(sent["aliases"], ["production"])


if __name__ == "__main__":
    unittest.main()
