#!/usr/bin/env python3
"""Writes a trained wake word as an ONNX file.

    python scripts/export_onnx.py --model jarvis

Asks the running server to do it; the file then lies beside the model's other files.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request


def main():
    parser = argparse.ArgumentParser(description="Write a trained wake word as an ONNX file.")
    parser.add_argument("--model", required=True, help="the model, such as jarvis")
    parser.add_argument("--server", default=os.environ.get("WEIGH_SERVER", "http://localhost:8000"))
    arguments = parser.parse_args()
    address = f"{arguments.server.rstrip('/')}/api/models/{urllib.parse.quote(arguments.model, safe='')}/export-onnx"
    request = urllib.request.Request(address, method="POST", data=b"")
    if token := os.environ.get("WEIGH_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=300) as reply:
            answer = json.load(reply)
    except urllib.error.HTTPError as refusal:
        try:
            reason = json.load(refusal)["message"]
        except (ValueError, KeyError):
            reason = str(refusal)
        sys.exit(f"export_onnx.py: {reason}")
    except (urllib.error.URLError, OSError) as failure:
        sys.exit(f"export_onnx.py: No server answers at {arguments.server}. Start one with: make run ({failure})")
    print(answer["message"])
    print(answer["onnx_path"])


if __name__ == "__main__":
    main()
