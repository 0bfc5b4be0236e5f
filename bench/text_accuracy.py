#!/usr/bin/env python3
"""The built-in text classifier on public sets: accuracy, calibration and time, as a table.

  WEIGH_DATA=/path/to/data bench/text_accuracy.py [--program build/bench/bin/text_accuracy] [--only banking77]
                                                  [--seeds 1,2,3] [--peer] [--json FILE]

WEIGH_DATA holds the folders banking77, clinc150, snips and sentconv as their publishers have them. A draw of k examples of each
label depends on its seed alone; the tests are the publishers' own, whole. With --peer, scikit-learn (where Python has
it) is fitted in the same run on the very same feature vectors: logistic regression for few examples, a linear support
vector machine for all.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time


def banking77(folder):
    def read(name):
        with open(folder / "banking77" / name, encoding="utf-8", newline="") as file:
            return [(row["text"], row["category"]) for row in csv.DictReader(file)]

    return read("train.csv"), read("test.csv"), []


def clinc150(folder):
    data = json.loads((folder / "clinc150" / "data_full.json").read_text("utf-8"))
    pairs = {name: [(text, label) for text, label in items] for name, items in data.items()}
    return pairs["train"], pairs["test"], pairs["oos_test"]


def snips(folder):
    def read(kind, suffix):
        items = []
        for path in sorted((folder / "snips").glob(f"{kind}_*{suffix}.json")):
            raw = path.read_bytes()
            try:
                data = json.loads(raw.decode("utf-8"))
            except UnicodeDecodeError:
                data = json.loads(raw.decode("latin-1"))
            for intent, utterances in data.items():
                items += [("".join(part["text"] for part in one["data"]).strip(), intent) for one in utterances]
        return items

    return read("train", "_full"), read("validate", ""), []


def sentconv(train, test):
    def load(folder):
        def read(name):
            lines = (folder / "sentconv" / name).read_text("utf-8", errors="replace").splitlines()
            return [(line[2:], line[0]) for line in lines if line[2:].strip()]

        return read(train), read(test), []

    return load


SETS = {
    "banking77": banking77,
    "clinc150": clinc150,
    "snips": snips,
    "trec": sentconv("TREC.train.all", "TREC.test.all"),
    "sst2": sentconv("stsa.binary.train", "stsa.binary.test"),
}

# What the classifier must reach: set, examples of each label (0 is all), accuracy, calibration error, area for outsiders.
BARS = [
    ("banking77", 8, 71.0, 8.0, None),
    ("banking77", 16, 80.2, 5.0, None),
    ("banking77", 0, 91.2, None, None),
    ("clinc150", 8, 80.5, 8.0, None),
    ("clinc150", 16, 86.2, 5.0, 0.92),
    ("clinc150", 0, 92.6, None, 0.92),
    ("snips", 8, 91.0, 8.0, None),
    ("snips", 0, 98.3, None, None),
    ("trec", 0, 89.5, None, None),
    ("sst2", 0, 82.5, None, None),
]


def draw(items, shots, seed):
    if shots == 0:
        return items
    groups = {}
    for text, label in items:
        groups.setdefault(label, []).append((text, label))
    source = random.Random(seed)
    return [pair for label in sorted(groups) for pair in source.sample(groups[label], shots)]


def write_jsonl(path, items):
    with open(path, "w", encoding="utf-8") as file:
        for text, label in items:
            file.write(json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n")


def measure_peer(folder, shots):
    """Fits scikit-learn on the vectors the program wrote; (accuracy in percent, seconds)."""
    import numpy
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    def load(name):
        part = lambda kind, dtype: numpy.fromfile(os.path.join(folder, f"{name}.{kind}"), dtype)
        dimensions = int(part("dimensions", numpy.uint64)[0])
        ends = numpy.concatenate([[0], part("ends", numpy.uint64)]).astype(numpy.int64)
        rows = csr_matrix((part("values", numpy.float32), part("columns", numpy.uint32).astype(numpy.int32), ends),
                          shape=(len(ends) - 1, dimensions))
        return rows, part("labels", numpy.uint32)

    train, train_labels = load("train")
    test, test_labels = load("test")
    head = LogisticRegression(C=30.0, max_iter=300) if shots else LinearSVC(C=1.0)
    began = time.perf_counter()
    head.fit(train, train_labels)
    took = time.perf_counter() - began
    return 100.0 * float((head.predict(test) == test_labels).mean()), took


def measure(program, data, shots, seed, peer, extra):
    train, test, outside = data
    with tempfile.TemporaryDirectory() as folder:
        write_jsonl(f"{folder}/train.jsonl", draw(train, shots, seed))
        write_jsonl(f"{folder}/test.jsonl", test)
        command = [program, f"{folder}/train.jsonl", f"{folder}/test.jsonl", *extra]
        if outside:
            write_jsonl(f"{folder}/outside.jsonl", outside)
            command += ["--outside", f"{folder}/outside.jsonl"]
        if peer:
            command += ["--features", folder]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        if peer:
            result["peer_accuracy"], result["peer_s"] = measure_peer(folder, shots)
        return result


def mean_of(results, key, factor=1.0):
    return statistics.mean(factor * result[key] for result in results)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/bench/bin/text_accuracy")
    parser.add_argument("--only", default="")
    parser.add_argument("--shots", type=int)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--json")
    arguments, extra = parser.parse_known_args()
    folder = os.environ.get("WEIGH_DATA")
    if not folder:
        sys.exit("text_accuracy: set WEIGH_DATA to the folder that holds banking77, clinc150, snips and sentconv.")
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    loaded = {}
    rows = []
    print("| set | shots | accuracy | bar | calibration error % | outsiders | fit s | predict ms | peer accuracy | peer fit s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, shots, bar, ece_bar, outside_bar in BARS:
        if arguments.only and name not in arguments.only.split(","):
            continue
        if arguments.shots is not None and shots != arguments.shots:
            continue
        if name not in loaded:
            loaded[name] = SETS[name](pathlib.Path(folder))
        # All examples are one draw, whatever the seed.
        drawn = seeds if shots else seeds[:1]
        results = [measure(arguments.program, loaded[name], shots, seed, arguments.peer, extra) for seed in drawn]
        accuracies = [100.0 * result["accuracy"] for result in results]
        accuracy = statistics.mean(accuracies)
        spread = f" ± {statistics.stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
        ece = mean_of(results, "ece", 100.0)
        outsiders = mean_of(results, "auroc")
        kept = accuracy >= bar and (ece_bar is None or ece <= ece_bar) and (outside_bar is None or outsiders >= outside_bar)
        peers = ["", ""]
        if arguments.peer:
            peers = [f"{mean_of(results, 'peer_accuracy'):.2f}", f"{mean_of(results, 'peer_s'):.2f}"]
        print(f"| {name} | {shots or 'all'} | {accuracy:.2f}{spread} | {bar}{'' if kept else ' **missed**'} | {ece:.1f} | "
              f"{f'{outsiders:.3f}' if outsiders >= 0 else ''} | {mean_of(results, 'fit_s'):.2f} | "
              f"{mean_of(results, 'predict_ms'):.3f} | {peers[0]} | {peers[1]} |", flush=True)
        rows.append({"set": name, "shots": shots, "results": results, "kept": kept})
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")
    sys.exit(0 if all(row["kept"] for row in rows) else 1)


if __name__ == "__main__":
    main()
