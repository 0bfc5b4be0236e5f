#!/usr/bin/env python3
"""A home-grown separator, tuner and evaluator work on a library, unchanged, with the helpers of examples/vsat.

  WEIGH_SEEDS=folder tests/interop/vsat_classes_suite.py --weigh build/dev/bin/weigh

The classes are not ours: they are read from the code blocks with `class ModelRegistry`, `class VoiceSeparator`,
`class ModelTuner` and `class ModelEvaluator` in a document of the folder that WEIGH_SEEDS names. Without that folder, or
without a Python that has torch (Debian: python3-torch), there is nothing to test, and the test says so and ends with 77.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASSES = ["ModelRegistry", "VoiceSeparator", "ModelTuner", "ModelEvaluator"]


def find_class(folder, name):
    for document in sorted(pathlib.Path(folder).iterdir()):
        if not document.is_file():
            continue
        for block in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(rf"^class {name}:", block, re.MULTILINE):
                return block
    return None


# Runs where the library's `models` is, in a Python that has torch. What it prints at its end is JSON.
STORY = r"""
import copy, json, os, sys, wave
sys.path.insert(0, sys.argv[1])
import numpy
import torch as real_torch
from torch.utils.data import DataLoader, random_split
import helpers
from helpers import TorchFiles, load_audio, preprocess_audio
from datetime import datetime
torch = TorchFiles(real_torch)
real_torch.manual_seed(7)
for block in json.load(open(sys.argv[2])):
    exec(compile(block, "guide", "exec"), globals())
helpers.equip(ModelTuner, ModelEvaluator)

if not os.path.exists("models/default/voice_separator.pt"):
    class Halves(real_torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.share = real_torch.nn.Parameter(real_torch.tensor(0.5))
            self.filter = real_torch.nn.Conv1d(1, 1, 9, padding=4)
        def forward(self, sound):
            if sound.dim() == 1:
                sound = sound.unsqueeze(0)
            speech = self.filter(sound.unsqueeze(1)).squeeze(1) * self.share
            return real_torch.stack([speech, sound - speech], 1)
    os.makedirs("models/default", exist_ok=True)
    real_torch.jit.script(Halves()).save("models/default/voice_separator.pt")

generator = numpy.random.default_rng(3)
def write(name, samples):
    with wave.open(name, "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
        file.writeframes((numpy.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
files = []
for i in range(10):
    times = numpy.arange(32000) / 16000
    voice = 0.4 * numpy.sin(2 * numpy.pi * (150 + 30 * i) * times) * (numpy.sin(2 * numpy.pi * 3 * times) > 0)
    write(f"{i}.wav", voice + 0.05 * generator.standard_normal(32000))
    files.append(f"{i}.wav")

separator = VoiceSeparator()
parted = separator.separate_voices(real_torch.from_numpy(preprocess_audio(load_audio(files[0]))).unsqueeze(0))
assert parted.shape == (1, 2, 32000), parted.shape
tuner = ModelTuner("voice_separator_default")
path = tuner.fine_tune(tuner.prepare_training_data(files), "tuned_here", epochs=2, batch_size=4)
evaluator = ModelEvaluator()
results = evaluator.evaluate_model("tuned_here", files[:2])
assert set(results) == set(files[:2]) and len(results[files[0]]["shares"]) == 2
compared = evaluator.compare_models(["voice_separator_default", "tuned_here"], files[0])
assert len(compared["tuned_here"]["output"]) == 2 and compared["tuned_here"]["output"][0].shape == (32000,)
print("STORY " + json.dumps({"path": path, "record": ModelRegistry().get_model_versions("tuned_here")[-1]["metadata"]}))
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True, help="the program to test")
    weigh = str(pathlib.Path(parser.parse_args().weigh).resolve())
    seeds = os.environ.get("WEIGH_SEEDS", "")
    blocks = [find_class(seeds, name) for name in CLASSES] if seeds else [None]
    if None in blocks:
        print("vsat classes: skipped, WEIGH_SEEDS names no folder with the classes.")
        return SKIPPED
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import torch, numpy"], capture_output=True).returncode != 0:
        print("vsat classes: skipped, /usr/bin/python3 has no torch (Debian: apt install python3-torch).")
        return SKIPPED

    os.environ["WEIGH_SHIPPED"] = "0"  # the story brings a default model of its own
    with tempfile.TemporaryDirectory(prefix="weigh-vsat-") as folder:
        home = pathlib.Path(folder) / "home"

        def run(*words):
            done = subprocess.run([weigh, *words, "--home", str(home)], capture_output=True, text=True, timeout=180)
            assert done.returncode == 0, f"weigh {' '.join(words)}: {done.stderr}"
            return done.stdout

        run("list")  # makes the home and its library
        (pathlib.Path(folder) / "blocks.json").write_text(json.dumps(blocks))
        (pathlib.Path(folder) / "story.py").write_text(STORY)  # in a file: TorchScript reads the source
        story = subprocess.run(
            [python, f"{folder}/story.py", str(ROOT / "examples" / "vsat"), f"{folder}/blocks.json"],
            cwd=home, capture_output=True, text=True, timeout=240,
        )
        assert story.returncode == 0, story.stdout + story.stderr
        told = json.loads(story.stdout.split("STORY ")[1])
        assert re.search(r"^Epoch 1/2, Train Loss: -?\d+\.\d{4}, Val Loss: -?\d+\.\d{4}$", story.stdout, re.MULTILINE)
        assert told["record"]["base_model"] == "voice_separator_default" and told["record"]["custom"] is True
        print("  ok      the classes separate, tune, evaluate and compare, as they are")

        # What they registered is a version here, with its record.
        shown = json.loads(run("show", "custom/tuned_here", "--json"))
        assert "tuned_here" in json.dumps(shown)
        print("  ok      what they tuned is a version of the library")

        # And our own programs go on with it.
        sounds = pathlib.Path(folder) / "sounds"
        sounds.mkdir()
        for name in ["0.wav", "1.wav", "2.wav"]:
            (home / name).rename(sounds / name)
        assert json.loads(run("evaluate", "custom/tuned_here", str(sounds), "--json"))["items"] == 3
        print("  ok      weigh evaluate weighs it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
