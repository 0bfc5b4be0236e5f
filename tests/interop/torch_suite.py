"""A classifier's TorchScript file in plain PyTorch, with nothing of ours: the labels and scores are those of the server.

PyTorch's package is several gigabytes, so it is not installed for this: the suite takes any Python here that has it (Debian:
apt install python3-torch), and is skipped where none has.
"""

import io
import json
import subprocess
import sys
import time
import urllib.request
import zipfile

import house as interop

EXAMPLES = {
    "parcel": ["Where is my parcel?", "the package never came", "Где моя посылка?", "荷物はどこですか。", "Wo ist mein Päckchen?"],
    "money": ["I want a refund", "you charged me twice", "Верните деньги!", "お金を返して", "Ich möchte mein Geld zurück"],
    "praise": ["Thanks, love it!", "this is wonderful", "Спасибо, отлично", "ありがとう", "Großartig, danke schön"],
}
TEXTS = [
    "where IS my parcel", "ＷＨＥＲＥ is my ﬁrst parcel?!", "ВЕРНИТЕ деньги", "GROSSARTIG, danke SCHÖN", "荷物は？", "ありか\u3099とう", "e\u0301\u0323",
    "İstanbul ΣΊΣΥΦΟΣ", "소포는 어디에 \u1100\u1161\u11A8", "أين طردي؟", "मेरा पार्सल कहाँ है?", "พัสดุของฉันอยู่ที่ไหน", "👩‍👩‍👧 love 🎁!!!",
    "soft\u00ADhyphen zero\u200Bwidth", "½ ㎏ €5", "a" * 70000, "word " * 400,
]
# What any program does with the file; the first runs are those that PyTorch's optimiser watches.
PROGRAM = """
import json, sys, torch
texts = json.load(sys.stdin)
model = torch.jit.load(sys.argv[1])
for _ in range(3):
    labels, scores = model(texts)
json.dump({"version": torch.__version__, "order": model.labels(), "labels": labels, "scores": scores.tolist()}, sys.stdout)
"""


def python_with_torch():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], capture_output=True, timeout=120).returncode == 0:
            return python
    return None


def ask(house, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(house.url + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def ended(house, job):
    until = time.monotonic() + 120
    while job["state"] in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.1)
        job = ask(house, "/api/jobs/" + job["job_id"])
    assert job["state"] == "completed", job
    return job["result"]


def test_labels_and_scores_are_the_servers(house):
    examples = [{"text": text, "label": label} for label, texts in EXAMPLES.items() for text in texts]
    fitted = ended(house, ask(house, "/api/models/tickets/fit", {"examples": examples, "base": "builtin/ngram-v1"}))
    exported = ended(house, ask(house, "/api/jobs/" + fitted["export_job"]))
    assert exported["torch_parity"]["max_difference"] < 1e-5, exported

    with urllib.request.urlopen(house.url + "/api/models/tickets/download", timeout=60) as reply:
        files = zipfile.ZipFile(io.BytesIO(reply.read()))
    file = house.folder / "tickets.pt"
    file.write_bytes(files.read(next(name for name in files.namelist() if name.endswith(".pt"))))
    done = subprocess.run([python_with_torch(), "-W", "ignore", "-c", PROGRAM, str(file)], input=json.dumps(TEXTS), capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    torch = json.loads(done.stdout)

    said = ask(house, "/api/models/tickets/predict", {"texts": TEXTS})["predictions"]
    assert torch["order"] == sorted(EXAMPLES), torch
    for text, label, row, server in zip(TEXTS, torch["labels"], torch["scores"], said, strict=True):
        assert label == server["label"], (text[:60], label, server)
        scores = {one["label"]: one["score"] for one in server["scores"]}
        for one, score in zip(torch["order"], row, strict=True):
            assert abs(score - scores[one]) < 1e-5, (text[:60], one, score, server)


if __name__ == "__main__":
    if python_with_torch() is None:
        print("SKIPPED: no Python here has torch (Debian: apt install python3-torch).", file=sys.stderr)
        sys.exit(interop.SKIPPED)
    interop.main(dict(globals()))
