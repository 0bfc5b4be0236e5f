#!/usr/bin/env python3
"""A home-grown updater asks a running server for updates, fetches them and registers them, as its document has it.

  WEIGH_SEEDS=folder tests/interop/update_classes_suite.py --weigh build/dev/bin/weigh

The classes are not ours: they are read, unchanged, from the code blocks with `class ModelRegistry`, `class ModelUpdater`
and `class ModelUpdateDialog` in a document of the folder that WEIGH_SEEDS names. Without that folder there is nothing to
test, and the test says so and ends with 77. The dialog is shown where a display can be had.
"""
# needs: requests==2.32.3
import argparse
import contextlib
import datetime
import json
import logging
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import registry_class_suite as shared

SKIPPED = 77


def find_class(folder, name):
    """The code block with the class, or None."""
    for document in sorted(pathlib.Path(folder).iterdir()):
        if not document.is_file():
            continue
        for block in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(rf"^class {name}:", block, re.MULTILINE):
                return block
    return None


def weigh(program, home, *words):
    done = subprocess.run([program, *words, "--home", str(home)], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"weigh {' '.join(words)}: {done.stderr}")
    return done.stdout


def publish(program, home, folder, number):
    """A new version of the model, offered to others."""
    weights = folder / "separator.safetensors"
    weights.write_bytes(shared.tensor_file(number))
    weigh(program, home, "import", str(weights), "separator")
    weigh(program, home, "publish", "separator", "--description", f"number {number}", "--improvement", "fewer echoes")
    return weights.read_bytes()


def update(program, server, folder, names):
    """Both sides in one folder each; the updater's own is the working directory, as its document has it."""
    home = folder / "house"
    first = publish(program, home, folder, 1)
    updater = names["ModelUpdater"](update_url=server.url + "/updates")
    offered = updater.check_for_updates()
    shared.expect("offered to who has nothing", offered["separator"]["current"], None)
    shared.expect("available", offered["separator"]["available"], 1)
    shared.expect("what it is", offered["separator"]["description"], "number 1")
    path = updater.download_model("separator", 1)
    shared.expect("bytes that came", pathlib.Path(path).read_bytes(), first)
    entry = updater.registry.get_model_versions("separator")[0]
    shared.expect("the size it noted", entry["metadata"]["size"], len(first))
    shared.expect("nothing is new now", updater.check_for_updates(), {})

    second = publish(program, home, folder, 2)
    offered = updater.check_for_updates()["separator"]
    shared.expect("from 1 to 2", (offered["current"], offered["available"]), (1, 2))
    shared.expect("what is better", offered["improvements"], ["fewer echoes"])
    shared.expect("a size", offered["size_mb"] > 0, True)
    path = updater.download_model("separator", 2)
    shared.expect("bytes of the second", pathlib.Path(path).read_bytes(), second)

    weigh(program, home, "publish", "separator", "--channel", "beta")
    beta = names["ModelUpdater"](update_url=server.url + "/updates/beta")
    shared.expect("the channel is an address", json.loads(shared_get(server.url + "/updates/beta/manifest.json"))["separator"]["latest_version"], 2)
    shared.expect("a model of a channel", pathlib.Path(beta.download_model("separator", 2)).read_bytes(), second)
    missing = None
    try:
        updater.download_model("separator", 9)
    except Exception as failure:  # the class raises whatever it met
        missing = type(failure).__name__
    shared.expect("a version that is not published", missing, "HTTPError")
    return updater


def shared_get(url):
    import requests

    return requests.get(url, timeout=10).text


@contextlib.contextmanager
def a_display():
    """The one that there is, else a virtual one; whether there is any."""
    if os.environ.get("DISPLAY"):
        yield True
        return
    if not shutil.which("Xvfb"):
        yield False
        return
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            os.environ["DISPLAY"] = ":" + told.readline().strip()
        yield True
    finally:
        os.environ.pop("DISPLAY", None)
        screen.terminate()
        screen.wait(20)


def texts_of(widget):
    """What stands on it and on all that is in it, from top to bottom."""
    try:
        own = [str(widget.cget("text"))]
    except Exception:  # a frame has none
        own = []
    return own + [text for child in widget.winfo_children() for text in texts_of(child)]


def button_of(widget, text):
    for child in widget.winfo_children():
        found = child if child.winfo_class() == "TButton" and str(child.cget("text")) == text else button_of(child, text)
        if found:
            return found
    return None


def show_dialog(program, server, folder, names):
    """The dialog under a display: it lists an update, and its own button brings it."""
    # The registry of the document counts what was fetched, and the model of the beta channel was the third.
    for number in (3, 4):
        publish(program, folder / "house", folder, number)
    tk = names["tk"]
    root = tk.Tk()
    dialog = names["ModelUpdateDialog"](root)
    dialog.updater.update_url = server.url + "/updates"
    window = dialog.show()
    until = time.monotonic() + 30

    def turn(holds):
        """In the main loop: the dialog's own thread speaks to it."""

        def look():
            if holds() or time.monotonic() > until:
                root.quit()
            else:
                root.after(20, look)

        root.after(0, look)
        root.mainloop()
        if not holds():
            raise SystemExit(f"The dialog says: {dialog.status_var.get()}")

    turn(lambda: dialog.status_var.get() == "Found 1 available updates")
    texts = texts_of(window)
    for text in ("ML Model Updates", "separator", "Current: v3 → Available: v4", "Improvements: fewer echoes", "Check for Updates", "Close"):
        shared.expect(f"{text!r} stands in the dialog", text in texts, True)
    shared.expect("a size stands in the dialog", any(re.fullmatch(r"Size: [0-9.]+ MB", text) for text in texts), True)
    button_of(window, "Update").invoke()
    turn(lambda: dialog.status_var.get() == "Successfully updated separator to v4")
    button_of(window, "Check for Updates").invoke()
    turn(lambda: dialog.status_var.get() == "All models are up to date")
    button_of(window, "Close").invoke()
    root.destroy()
    print("  the dialog lists an update, and its button brings it")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True, help="the program under test")
    arguments = parser.parse_args()
    folder = os.environ.get("WEIGH_SEEDS", "")
    texts = {name: os.path.isdir(folder) and find_class(folder, name) for name in ("ModelRegistry", "ModelUpdater", "ModelUpdateDialog")}
    if not texts["ModelRegistry"] or not texts["ModelUpdater"]:
        print("SKIPPED: WEIGH_SEEDS names no folder with a document that has the class ModelUpdater.", file=sys.stderr)
        return SKIPPED
    import requests

    # What their documents import elsewhere.
    known = {"os": os, "json": json, "datetime": datetime.datetime, "requests": requests, "logging": logging, "threading": threading}
    try:
        import tkinter
        import tkinter.ttk

        known.update(tk=tkinter, ttk=tkinter.ttk)
    except ImportError:
        texts["ModelUpdateDialog"] = None
    for name, text in texts.items():
        if text:
            exec(compile(text, name, "exec"), known)
    program = os.path.abspath(arguments.weigh)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        (place / "client").mkdir()
        before = os.getcwd()
        os.chdir(place / "client")
        server = shared.Server(program, place)
        try:
            update(program, server, place, known)
            with a_display() as shown:
                if shown and texts["ModelUpdateDialog"]:
                    show_dialog(program, server, place, known)
                else:
                    print("  no display or no tk (Debian: apt install xvfb python3-tk): the dialog was not shown", file=sys.stderr)
        finally:
            server.stop()
            os.chdir(before)
    print("the updater finds, fetches and registers what this house publishes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
