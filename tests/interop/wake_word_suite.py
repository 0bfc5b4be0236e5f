"""A wake word from recordings to the files that other programs run: the documented curl calls train it, then plain PyTorch and
ONNX Runtime hear what the server hears, with nothing of ours.

"""
# needs: onnxruntime numpy

import json
import math
import random
import struct
import subprocess
import sys
import time
import wave
import zipfile

import house as interop
import numpy
import onnxruntime

RATE = 16_000
PROGRAM = """
import json, sys, torch
sounds = json.load(sys.stdin)
model = torch.jit.load(sys.argv[1])
said = []
for sound in sounds:
    for _ in range(2):  # the second run is the optimiser's
        logits = model(torch.tensor([sound]))
    said.append(torch.softmax(logits, 1)[0, 1].item())
json.dump({"heard": said, "word": model.wake_word, "labels": model.labels(), "rate": model.sample_rate,
           "threshold": model.threshold}, sys.stdout)
"""


def glide(start, end, seconds):
    phase, samples = 0.0, []
    for i in range(int(seconds * RATE)):
        part = i / (seconds * RATE)
        phase += 2 * math.pi * (start + (end - start) * part) / RATE
        samples.append(0.3 * math.sin(math.pi * part) * (math.sin(phase) + 0.5 * math.sin(2 * phase)))
    return samples


def write_wav(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", round(sample * 32767)) for sample in samples))


def curl(house, *words, fails=False):
    words = [word.replace("http://localhost:8000", house.url) for word in words]
    done = subprocess.run(["curl", "-sS", *([] if fails else ["--fail-with-body"]), *words], capture_output=True, timeout=300,
                          cwd=house.folder)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout[:1] == b"{" else done.stdout


def train(house):
    for i in range(3):
        write_wav(house.folder / f"recording_{i + 1}.wav", glide(300 + 20 * i, 900, 0.8))
    started = curl(house, "-X", "POST", "http://localhost:8000/api/train/start", "-F", "wake_word=jarvis",
                   "-F", "audio_files=@recording_1.wav", "-F", "audio_files=@recording_2.wav", "-F", "recordings=@recording_3.wav",
                   "-F", "num_epochs=10", "-F", "target_positive_samples=100", "-F", "use_tts_positives=false")
    assert started["status"] == "pending" and started["message"] == "Training job started successfully", started
    job = started["job_id"]
    seen = set()
    for _ in range(3000):
        status = curl(house, f"http://localhost:8000/api/train/status/{job}")
        seen.add(status["status"])
        if status["status"] in ("completed", "failed"):
            break
        time.sleep(0.1)
    assert status["status"] == "completed" and status["progress_percent"] == 100, status
    assert status["training_progress"]["epoch_history"][0]["epoch"] == 1, status
    assert "training" in seen, seen
    return job


def python_with_torch():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], capture_output=True, timeout=120).returncode == 0:
            return python
    return None


def test_a_word_is_trained_downloaded_and_heard_elsewhere(house):
    job = train(house)
    model = curl(house, "http://localhost:8000/api/models/jarvis")
    assert model["wake_word"] == "jarvis" and model["type"] == "custom", model
    for name in ("accuracy", "f1_score", "precision", "recall"):
        assert 0 <= model["metrics"][name] <= 1, model["metrics"]

    for _ in range(600):
        status = curl(house, "http://localhost:8000/api/models/jarvis/onnx-status")
        if status["has_onnx"]:
            break
        time.sleep(0.1)
    assert status["has_onnx"] and status["onnx_size_bytes"] > 0, status
    house.wait_for(lambda: (house.library / "custom/jarvis/jarvis.onnx").exists())
    for name in ("jarvis.pt", "jarvis.json"):
        assert (house.library / "custom/jarvis" / name).exists(), name

    curl(house, "-OJ", "http://localhost:8000/api/models/jarvis/download")
    with zipfile.ZipFile(house.folder / "jarvis_model.zip") as archive:
        assert archive.testzip() is None
        assert {"jarvis.pt", "jarvis.json", "jarvis.onnx"} <= set(archive.namelist()), archive.namelist()
        archive.extractall(house.folder / "elsewhere")
        record = json.loads(archive.read("jarvis.json"))
    for key in ("wake_word", "model_type", "created_at", "threshold", "accuracy", "f1_score", "precision", "recall",
                "trainable_params", "training_config", "recordings"):
        assert key in record, key
    assert record["recordings"] == ["recording_001.wav", "recording_002.wav", "recording_003.wav"], record["recordings"]
    assert record["onnx_parity"]["max_difference"] < 1e-4, record["onnx_parity"]

    dice = random.Random(7)
    sounds = [glide(310, 900, 0.8), glide(900, 300, 0.8), [0.0] * 8000, [dice.gauss(0, 0.1) for _ in range(40_000)],
              [0.0] * 20_000 + glide(330, 900, 0.7) + [0.0] * 9_000]
    session = onnxruntime.InferenceSession(str(house.folder / "elsewhere/jarvis.onnx"))
    notes = session.get_modelmeta().custom_metadata_map
    assert notes["wake_word"] == "jarvis" and float(notes["threshold"]) == record["threshold"], notes
    heard = []
    for sound in sounds:
        (logits,) = session.run(None, {"audio": numpy.array([sound], numpy.float32)})
        assert logits.shape == (1, 2), logits.shape
        heard.append(1 / (1 + math.exp(logits[0, 0] - logits[0, 1])))
    assert heard[0] > heard[1], heard

    if python := python_with_torch():
        done = subprocess.run([python, "-c", PROGRAM, "elsewhere/jarvis.pt"], input=json.dumps(sounds), capture_output=True,
                              text=True, timeout=300, cwd=house.folder)
        assert done.returncode == 0, done.stderr
        torch = json.loads(done.stdout)
        assert torch["word"] == "jarvis" and torch["labels"] == ["other", "jarvis"] and torch["rate"] == RATE, torch
        assert max(abs(a - b) for a, b in zip(torch["heard"], heard)) < 1e-4, (torch["heard"], heard)

    assert curl(house, "-X", "DELETE", "http://localhost:8000/api/models/jarvis/onnx")["success"]
    again = curl(house, "-X", "POST", "http://localhost:8000/api/models/jarvis/export-onnx")
    assert again["success"] and again["message"].startswith("Model exported to ONNX format"), again
    assert curl(house, f"http://localhost:8000/api/train/{job}", "-X", "DELETE")["message"] == "Job deleted successfully"
    gone = curl(house, f"http://localhost:8000/api/train/status/{job}", fails=True)
    assert gone["detail"] == f"Job not found: {job}", gone


def test_words_and_recordings_are_refused_in_the_documented_words(house):
    write_wav(house.folder / "short.wav", glide(300, 900, 0.3))
    write_wav(house.folder / "good.wav", glide(300, 900, 0.8))
    (house.folder / "letter.wav").write_bytes(b"ID3 this is no sound at all" * 40)
    for word, file, message in (
            ("j", "good.wav", "Wake word must be at least 2 characters"),
            ("a" * 31, "good.wav", "Wake word must be at most 30 characters"),
            ("r2d2", "good.wav", "Wake word must contain only letters and spaces"),
            ("hey you there", "good.wav", "Wake word must be 1 or 2 words"),
            ("jarvis", "short.wav", "Recording too short (0.3s). Minimum is 0.5s")):
        answer = curl(house, "-X", "POST", "http://localhost:8000/api/train/start", "-F", f"wake_word={word}",
                      "-F", f"recordings=@{file}", fails=True)
        assert answer["detail"] == message, answer
    answer = curl(house, "-X", "POST", "http://localhost:8000/api/train/start", "-F", "wake_word=jarvis", "-F", "recordings=@letter.wav",
                  fails=True)
    assert answer["detail"].startswith("Invalid audio file 'letter.wav': "), answer
    assert curl(house, "http://localhost:8000/api/train/jobs") == {"jobs": [], "total": 0, "active": 0}


if __name__ == "__main__":
    interop.main(dict(globals()))
