"""The client against the real program; WEIGH_PROGRAM names it."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from weighhouse import Client, Conflict, InvalidArgument, NotFound

PROGRAM = os.environ.get("WEIGH_PROGRAM")
README = Path(__file__).parent.parent / "README.md"


@unittest.skipUnless(PROGRAM, "WEIGH_PROGRAM names no program")
class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.place = Path(cls.folder.name)
        cls.log = open(cls.place / "log", "w+")
        words = [str(PROGRAM), "serve", "--home", str(cls.place / "home"), "--listen", "127.0.0.1:0"]
        cls.process = subprocess.Popen(words, stdout=cls.log, stderr=cls.log)
        until = time.monotonic() + 60
        found = None
        while not found and time.monotonic() < until and cls.process.poll() is None:
            found = re.search(r"http://127\.0\.0\.1:\d+\b", (cls.place / "log").read_text())
            time.sleep(0.05)
        if not found:
            cls.tearDownClass()
            raise RuntimeError("The server did not start.")
        cls.house = Client(found.group(0))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.process.terminate()
        try:
            cls.process.wait(20)
        except subprocess.TimeoutExpired:
            cls.process.kill()
            cls.process.wait()
        cls.log.close()
        cls.folder.cleanup()

    def file(self, name: str, data: bytes) -> Path:
        place = self.place / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def test_a_version_goes_in_and_comes_out_whole(self) -> None:
        data = os.urandom(9 << 20)
        version = self.house.publish("jarvis", [self.file("jarvis.bin", data)], label="v1", metadata={"threshold": 0.65})
        self.house.set_alias("jarvis", "production", version["version"])
        out = self.place / "out"
        self.house.download("jarvis@production", out)
        self.assertEqual((out / "jarvis.bin").read_bytes(), data)
        self.assertEqual(self.house.model("jarvis")["aliases"], {"production": 1})

    def test_data_and_what_learnt_from_it(self) -> None:
        house = self.house
        house.create_dataset("streets")
        for name in ("night", "day"):
            house.create_slice("streets", name)
        place = self.file("0001.jpg", b"picture")
        house.add_files("streets", {"a/0001.jpg": place}, slices=["night"], annotations={"a/0001.jpg": {"label": "car"}})
        self.assertEqual(house.add_files("streets", {"a/0001.jpg": place}, slices=["night"]), 0)
        house.add_texts("streets", {"t1": "hello", "t2": "world"}, label="greeting")
        self.assertEqual([item["key"] for item in house.items("streets")], ["a/0001.jpg", "t1", "t2"])
        self.assertEqual(len(house.download_items("streets", self.place / "items", slice="night")), 1)
        house.create_model("yolo", kind="detector")
        with self.assertRaises(NotFound) as missing:
            house.update_training("yolo", dataset="streets", training_slices=["dusk"])
        self.assertIn("dusk", str(missing.exception))
        with self.assertRaises(InvalidArgument):
            house.update_training("yolo", classes=[{"class": "car", "ap": 1.5}])
        house.update_training(
            "yolo",
            dataset="streets",
            training_slices=["night"],
            validation_slices=["day"],
            trained=True,
            classes=[{"class": "car", "annotation_type": "box", "ap": 0.65}],
            meta={"experiment_group": "plain"},
        )
        self.assertEqual(house.audit(below=0.7)["low"][0]["reference"], "custom/yolo")
        self.assertEqual(house.groups("meta.experiment_group")[0]["value"], "plain")
        self.assertEqual([model["name"] for model in house.models(filter="dataset = 'streets' AND trained = true")], ["yolo"])
        self.assertTrue(any(edge["what"] == "training" for edge in house.lineage("yolo")["edges"]))
        with self.assertRaises(Conflict):
            house.delete_dataset("streets")
        done = house.bulk("dataset = 'streets'", "delete")
        self.assertEqual(done["count"], 1)
        self.assertEqual(house.undo_bulk(done["bulk_id"])["count"], 1)

    def test_a_classifier_is_trained_and_asked(self) -> None:
        examples = [(f"{word} {count}", label) for label, word in (("bug", "broken"), ("wish", "please")) for count in range(12)]
        try:
            done = self.house.wait(self.house.fit("tickets", examples, options={"folds": 2}), timeout=300)
        except Exception as error:  # without its worker a house trains nothing, and says so
            if "worker" in str(error):
                self.skipTest(str(error))
            raise
        self.assertEqual(done["state"], "completed")
        self.assertEqual(len(self.house.predict("tickets", ["this is broken"])), 1)

    def test_the_examples_of_the_readme_run(self) -> None:
        self.file("readme/jarvis.pt", b"weights")
        self.file("readme/0001.jpg", b"picture")
        code = "\n".join(re.findall(r"```python\n(.*?)```", README.read_text(), re.S))
        code = code.split("job = house.fit")[0].replace('"http://localhost:8000"', "ADDRESS").replace("streets", "readme streets")
        code = code.replace('"jarvis"', '"readme-jarvis"').replace('"jarvis@', '"readme-jarvis@')
        transport = self.house._transport
        address = f"http://{transport._host}:{transport._port}"
        before = os.getcwd()
        os.chdir(self.place / "readme")
        try:
            exec(compile(code, str(README), "exec"), {"ADDRESS": address})
        finally:
            os.chdir(before)


if __name__ == "__main__":
    unittest.main()
