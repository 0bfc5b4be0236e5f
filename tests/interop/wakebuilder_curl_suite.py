"""A wake word dashboard's documented calls, made with curl as its documentation shows them."""

import json
import subprocess
import zipfile
from pathlib import Path

import house as interop

RECORD = {
    "wake_word": "jarvis", "model_type": "ast", "created_at": "2026-01-06T15:00:00Z", "threshold": 0.65,
    "accuracy": 0.971, "f1_score": 0.943, "precision": 0.952, "recall": 0.934, "training_config": {"batch_size": 32},
}


def curl(house, *words):
    words = [word.replace("http://localhost:8000", house.url) for word in words]
    done = subprocess.run(["curl", "-sS", "--fail-with-body", *words], capture_output=True, timeout=60, cwd=house.folder)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def test_a_dropped_folder_is_listed(house):
    house.drop("jarvis", RECORD)
    listed = json.loads(curl(house, "http://localhost:8000/api/models"))
    assert listed["total"] == 1
    model = listed["models"][0]
    assert (model["id"], model["wake_word"], model["type"]) == ("jarvis", "jarvis", "custom"), model
    assert (model["accuracy"], model["f1_score"], model["threshold"]) == (0.971, 0.943, 0.65), model
    assert model["created_at"].startswith("2026-01-06T15:00:00"), model


def test_details_have_metrics_and_training_config(house):
    house.drop("jarvis", RECORD)
    model = json.loads(curl(house, "http://localhost:8000/api/models/jarvis"))
    for name, value in {"accuracy": 0.971, "f1_score": 0.943, "precision": 0.952, "recall": 0.934}.items():
        assert model["metrics"][name] == value, model["metrics"]
    assert model["training_config"] == {"batch_size": 32}, model
    assert model["has_onnx"] is False, model


def test_download_is_a_zip_of_weights_and_record(house):
    house.drop("jarvis", RECORD)
    curl(house, "-OJ", "http://localhost:8000/api/models/jarvis/download")
    with zipfile.ZipFile(house.folder / "jarvis_model.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["jarvis.json", "jarvis.pt"], archive.namelist()
        assert archive.read("jarvis.pt") == (house.library / "custom/jarvis/jarvis.pt").read_bytes()


def test_curl_with_a_capital_o_alone_writes_a_file_named_like_the_path(house):
    house.drop("jarvis", RECORD)
    curl(house, "-O", "http://localhost:8000/api/models/jarvis/download")
    assert zipfile.is_zipfile(house.folder / "download")
    curl(house, "-O", "http://localhost:8000/api/models/jarvis/file")
    assert Path(house.folder / "file").read_bytes() == (house.library / "custom/jarvis/jarvis.pt").read_bytes()


def test_delete_takes_it_off_the_list_and_the_disk(house):
    house.drop("jarvis", RECORD)
    curl(house, "-X", "DELETE", "http://localhost:8000/api/models/jarvis")
    assert json.loads(curl(house, "http://localhost:8000/api/models"))["total"] == 0
    house.wait_for(lambda: not (house.library / "custom/jarvis").exists())


def test_a_backup_copied_with_cp_is_a_model_and_comes_back(house):
    house.drop("jarvis", RECORD)
    subprocess.run(["cp", "-r", "models/custom/jarvis", "models/custom/jarvis_v1"], cwd=house.home, check=True)
    house.wait_for(lambda: "jarvis_v1" in house.command("list", "--json"))


if __name__ == "__main__":
    interop.main(dict(globals()))
