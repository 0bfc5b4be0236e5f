"""The lines by which an assistant loads its custom models by path, over what Weighhouse keeps: examples/assistant.

With WEIGH_SEEDS they are read, unchanged, from the document that has them. PyTorch is taken from any Python here that has it
(Debian: apt install python3-torch); where none has, the suite is skipped.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import house as interop
import torch_suite as texts

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "assistant"
LINES = """
from src.nlu.intent_classifier import IntentClassifier
classifier = IntentClassifier(model_path='models/nlu/custom_intent/')
from src.tts.synthesizer import TTSSynthesizer
tts = TTSSynthesizer(model_path='models/tts/custom_voice/')
"""
VOICE = """
import torch
class Voice(torch.nn.Module):
    def forward(self, text: str):
        return torch.sin(torch.arange(800 * len(text)) / 10.0)
torch.jit.script(Voice()).save("voice.pt")
"""
ASK = """
import io, json, sys, wave
answers = classifier.classify_all(json.load(sys.stdin))
spoken = wave.open(io.BytesIO(tts.synthesize("Hello")))
print(json.dumps({"answers": answers, "rate": spoken.getframerate(), "frames": spoken.getnframes()}))
"""


def lines():
    """The block of the document, else the same lines as they stand above."""
    folder = os.environ.get("WEIGH_SEEDS", "")
    for document in sorted(Path(folder).iterdir()) if os.path.isdir(folder) else []:
        for block in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
            if "IntentClassifier(model_path=" in block:
                return block
    return LINES


def test_an_assistant_loads_its_custom_models_by_path(house):
    python = texts.python_with_torch()
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        examples = place / "intents.jsonl"
        examples.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for label, many in texts.EXAMPLES.items() for text in many))
        house.command("fit", "nlu/custom_intent", str(examples))
        voice = place / "voice"
        voice.mkdir()
        (place / "make_voice.py").write_text(VOICE)  # TorchScript wants to read its source
        subprocess.run([python, place / "make_voice.py"], cwd=voice, check=True, timeout=120)
        (voice / "config.json").write_text('{"sample_rate": 16000}')
        house.command("import", str(voice), "--name", "tts/custom_voice")
        for model in ("nlu/custom_intent", "tts/custom_voice"):
            house.command("download", model, "-o", str(place / "models" / model))
        asked = ["where is my parcel", "I want my money back", "thanks a lot"]
        done = subprocess.run([python, "-c", lines() + ASK], cwd=place, input=json.dumps(asked), capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(EXAMPLE)})
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        assert (told["rate"], told["frames"]) == (16000, 4000), told
        for text, answer in zip(asked, told["answers"]):
            served = json.loads(house.command("predict", "nlu/custom_intent", text, "--json"))
            label = served.get("label") or served["predictions"][0]["label"]
            assert answer["intent"] == label, (answer, served)


if __name__ == "__main__":
    if texts.python_with_torch() is None:
        print("SKIPPED: no Python here has PyTorch (Debian: apt install python3-torch).", file=sys.stderr)
        sys.exit(interop.SKIPPED)
    interop.main(dict(globals()))
