#!/usr/bin/env python3
"""The SDK of Superb AI's on-premise platform, unmodified and in several generations, against a running server.

  tests/interop/superb_suite.py --weigh build/release/bin/weigh

Each version is installed into a folder of its own under build/interop/superb, and superb_stories.py runs with it: whole
life cycles, the example of its own description, and, where WEIGH_SEEDS names a folder with the document of its Models
module, every example there as it is written.
"""
# needs: graphql-core==3.2.6
import argparse
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from house import SKIPPED, House

HERE = Path(__file__).resolve().parent
VERSIONS = ["1.0.0", "1.3.0", "1.8.2", "1.14.0", "2.0.3"]


def install(version):
    """The folder with this version, or None where it cannot be had."""
    folder = HERE.parent.parent / "build" / "interop" / "superb" / version
    if (folder / "spb_onprem").is_dir():
        return folder
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(folder)]
    done = subprocess.run([*words, f"superb-ai-onprem=={version}"], capture_output=True, text=True, timeout=300)
    if done.returncode == 0:
        return folder
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    print(f"SKIPPED: superb-ai-onprem {version} could not be installed: {reason}", file=sys.stderr)
    return None


def run_stories(house, version, folder):
    home = house.folder / f"user-{version}"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": f"{folder}:{HERE}",
        "SUNRISE_SERVER_URL": house.url,
        "SUPERB_SYSTEM_SDK_USER_EMAIL": "trainer@example.com",
        "WEIGH_SEEDS": os.environ.get("WEIGH_SEEDS", ""),
    }
    words = [sys.executable, str(HERE / "superb_stories.py"), version, str(folder)]
    return subprocess.run(words, env=environment, cwd=home, timeout=300).returncode == 0


def graphql(house, query, variables=None):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{house.url}/graphql/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read())


def check_introspection(house):
    """Another implementation of GraphQL reads our schema from our own answer, and finds every root it knows."""
    from graphql import build_client_schema, get_introspection_query, parse, validate

    schema = build_client_schema(graphql(house, get_introspection_query(input_value_deprecation=True))["data"])
    names = set(schema.query_type.fields) | set(schema.mutation_type.fields)
    for root in ("models", "createModel", "createTrainingReportItem", "dataList", "generateFileUploadURL"):
        assert root in names, root
    assert not validate(schema, parse("{ models(datasetId: 1) { models { id trainingClasses { class ap } } } }"))
    assert validate(schema, parse("{ models { nothing } }"))


def run_with_token(program, version, folder):
    """Where tokens are needed, the SDK's own configuration carries one, and a wrong one is refused."""
    with House(program) as house:
        made = house.command("token", "create", "trainer", "--scope", "write")
        secret = re.search(r"wh_[\w-]+", made).group(0)
        home = house.folder / "configured"
        (home / ".spb").mkdir(parents=True)
        for key, good in ((secret, True), ("wh_wrong", False)):
            (home / ".spb" / "onprem-config").write_text(
                f"[default]\nhost={house.url}\naccess_key=trainer\naccess_key_secret={key}\n"
            )
            script = "from spb_onprem import DatasetService as D; print(D().create_dataset(name='by token').created_by)"
            done = subprocess.run(
                [sys.executable, "-c", script],
                env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(folder)},
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert (done.returncode == 0) == good, done.stderr
            if good:
                assert done.stdout.strip() == "trainer", done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weigh", required=True, help="the program under test")
    program = parser.parse_args().weigh
    installed = [(version, folder) for version in VERSIONS if (folder := install(version))]
    if not installed:
        print("SKIPPED: no version of superb-ai-onprem could be installed.", file=sys.stderr)
        return SKIPPED
    failed = []
    with House(program) as house:
        check_introspection(house)
        print("  graphql-core reads the schema from our answer")
        for version, folder in installed:
            print(f"  superb-ai-onprem {version}", flush=True)
            if not run_stories(house, version, folder):
                failed.append(version)
    version, folder = installed[-1]
    run_with_token(program, version, folder)
    print(f"  superb-ai-onprem {version} with a token in its configuration")
    if failed:
        print(f"FAILED with superb-ai-onprem {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
