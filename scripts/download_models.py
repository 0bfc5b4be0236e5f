#!/usr/bin/env python3
"""Fetches the models of a conversational assistant into models/, by the catalog of Weighhouse.

What is fetched is resumed where it stopped and verified where the catalog knows a digest; what another program left in
its cache is taken from there. The program `weigh` does it: build it with `make build`, or name it in WEIGH.
"""
import argparse
import glob
import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINE = "=" * 60
SHORT_LINE = "-" * 40
COMPONENTS = ("asr", "tts", "nlu")
ASR_MODELS = ("tiny", "base", "small", "medium", "large", "large-v2", "large-v3")
TTS_MODELS = ("tacotron2-DDC", "tacotron2-DCA", "glow-tts", "speedy-speech", "vits", "fast-pitch")
SPACY_MODELS = ("en_core_web_sm", "en_core_web_md", "en_core_web_lg", "en_core_web_trf")

logger = logging.getLogger("download_models")


def find_weigh():
    """The program: WEIGH, else what was built here, else what is installed."""
    named = os.environ.get("WEIGH")
    if named:
        return named
    for kind in ("release", "dev"):
        built = ROOT / "build" / kind / "bin" / "weigh"
        if built.is_file():
            return str(built)
    return shutil.which("weigh")


class Weigh:
    """Calls of the program on the home whose library is models/ of this folder, or on WEIGH_HOME."""

    def __init__(self):
        self.program = find_weigh()
        self.home = os.environ.get("WEIGH_HOME") or str(ROOT / "home")

    @property
    def library(self):
        return pathlib.Path(self.home) / "models"

    def run(self, *words, show=True):
        if self.program is None:
            raise FileNotFoundError("There is no program weigh. Build it with `make build`, or name it in WEIGH.")
        pathlib.Path(self.home).mkdir(parents=True, exist_ok=True)
        command = [self.program, *words, "--home", self.home]
        errors = None if show else subprocess.PIPE
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=self.environment())

    @staticmethod
    def environment():
        """With the folder that Python keeps its packages in, where spaCy's models may be."""
        return {"SITE_PACKAGES": sysconfig.get_paths()["purelib"], **os.environ}

    def catalog(self):
        done = self.run("catalog", "--json", show=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return {model["id"]: model for model in json.loads(done.stdout)["models"]}

    def pull(self, model):
        """Whether it is here now."""
        try:
            done = self.run("pull", f"catalog:{model}", "--library")
        except FileNotFoundError as failure:
            logger.error(failure)
            return False
        if done.returncode == 0:
            logger.info(done.stdout.strip())
        return done.returncode == 0

    def has(self, model):
        folder = self.library / model
        return folder.is_dir() and any(file.is_file() for file in folder.rglob("*"))


def is_cached(entry):
    """Whether another program has it in its cache."""

    def found(place):
        root, _, rest = place.partition("/")
        start = os.path.expanduser(root) if root == "~" else Weigh.environment().get(root[1:])
        return glob.glob(f"{glob.escape(start)}/{rest}") if start else []

    files = [place for file in entry.get("files", []) for place in file.get("caches", [])]
    if any(found(place) for place in files):
        return True
    needs = entry.get("needs", [])
    folders = [folder for place in entry.get("folders", []) for folder in found(place)]
    return any(all(glob.glob(f"{glob.escape(folder)}/{name}") for name in needs) for folder in folders)


def built_in_catalog():
    """The list as it stands in the sources, with the places of caches, which the program's answer leaves out."""
    text = (ROOT / "src" / "sources" / "catalog.json").read_text(encoding="utf-8")
    return {model["id"]: model for model in json.loads(text)["models"]}


def list_models():
    catalog = built_in_catalog()
    print("\n" + LINE)
    print("Available Models")
    print(LINE)
    print("\nWhisper ASR Models:")
    for name in ASR_MODELS:
        one = catalog[f"whisper/{name}"]
        print(f"  {name:12} - Size: {one['size']:8} VRAM: {one['memory']:8} Speed: {one['speed']}")
    print("\nTTS Models (Coqui):")
    for name in TTS_MODELS:
        print(f"  {name:20} - {catalog[f'tts/{name}']['path']}")
    print("\nspaCy Models:")
    for name in SPACY_MODELS:
        one = catalog[f"spacy/{name}"]
        print(f"  {name:20} - Size: {one['size']:8} Accuracy: {one['accuracy']}")
    print("\nTransformers Models:")
    for one in catalog.values():
        if one["id"].startswith("transformers/"):
            print(f"  {one['name']:20} - {one['use']}")
    print("\n" + LINE)


def verify(weigh, given):
    catalog = built_in_catalog()
    print("\nVerifying installed models...")
    wanted = (
        (f"Whisper {given.asr_model}", f"whisper/{given.asr_model}"),
        (f"spaCy {given.spacy_model}", f"spacy/{given.spacy_model}"),
        (f"TTS {given.tts_model}", f"tts/{given.tts_model}"),
    )
    for shown, model in wanted:
        if weigh.has(model) or is_cached(catalog[model]):
            print(f"  ✅ {shown} is installed")
        else:
            print(f"  ❌ {shown} is NOT installed")


def section(title):
    logger.info("")
    logger.info(SHORT_LINE)
    logger.info(title)
    logger.info(SHORT_LINE)


def transformers_id(weigh, name):
    """Free text: a model of the catalog, or any model of the hub, which then becomes a part of the home's catalog."""
    model = f"transformers/{name.split('/')[-1]}"
    if model in built_in_catalog():
        return model
    own = pathlib.Path(weigh.home) / "catalog.json"
    own.parent.mkdir(parents=True, exist_ok=True)
    catalog = json.loads(own.read_text(encoding="utf-8")) if own.exists() else {"models": []}
    if all(one["id"] != model for one in catalog["models"]):
        catalog["models"].append({"id": model, "component": "nlu", "name": name, "hub": name})
        own.write_text(json.dumps(catalog, indent=1) + "\n", encoding="utf-8")
    return model


def download(weigh, given):
    results = {}
    logger.info(LINE)
    logger.info("Conversational AI - Model Download Script")
    logger.info(LINE)
    logger.info("Components to download: %s", given.components)
    if "asr" in given.components:
        section("ASR Models")
        kind = "faster_whisper" if given.use_faster_whisper else "whisper"
        name = "large-v3" if kind == "faster_whisper" and given.asr_model == "large" else given.asr_model
        results[kind] = weigh.pull(f"{kind}/{name}")
    if "tts" in given.components:
        section("TTS Models")
        results["tts"] = weigh.pull(f"tts/{given.tts_model}")
    if "nlu" in given.components:
        section("NLU Models")
        results["spacy"] = weigh.pull(f"spacy/{given.spacy_model}")
        results["transformers"] = weigh.pull(transformers_id(weigh, given.transformers_model))
    logger.info("")
    logger.info(LINE)
    logger.info("Download Summary")
    logger.info(LINE)
    for component, succeeded in results.items():
        logger.info("  %s: %s", component, "✅ Success" if succeeded else "❌ Failed")
    logger.info("Total: %d/%d models downloaded successfully", sum(results.values()), len(results))
    return 0 if all(results.values()) else 1


def main():
    parser = argparse.ArgumentParser(description="Download the models of the conversational assistant")
    parser.add_argument("--asr-model", choices=ASR_MODELS, default="base", help="Whisper model (default: base)")
    parser.add_argument("--tts-model", choices=TTS_MODELS, default="tacotron2-DDC", help="voice (default: tacotron2-DDC)")
    parser.add_argument("--spacy-model", choices=SPACY_MODELS, default="en_core_web_sm", help="(default: en_core_web_sm)")
    parser.add_argument("--transformers-model", default="distilbert-base-uncased", help="any model of the hub")
    parser.add_argument("--components", nargs="+", choices=COMPONENTS, default=list(COMPONENTS), help="only these")
    parser.add_argument("--use-faster-whisper", action="store_true", help="Whisper for CTranslate2")
    parser.add_argument("--list", action="store_true", help="show what there is")
    parser.add_argument("--verify", action="store_true", help="show what is installed")
    parser.add_argument("--cache-dir", help="accepted for the sake of older commands; the caches of the environment count")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s - %(levelname)s - %(message)s")
    if given.list:
        list_models()
        return 0
    weigh = Weigh()
    if given.verify:
        verify(weigh, given)
        return 0
    return download(weigh, given)


if __name__ == "__main__":
    sys.exit(main())
