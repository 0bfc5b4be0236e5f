"""Servers of the update protocol: keys, tokens, proxies, and lines that break."""
import random
import subprocess
import time

from harness import expect, holds, sha256
from source_server import Model, Source


def test_a_pinned_key_refuses_what_it_did_not_sign(made):
    with Source() as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        other = made.house("other")
        key = other("publish", "--key").strip()
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates", "--key", key)
        holds(house("updates", expect=7), "not signed")
        house("pull", "acme:jarvis@1", expect=5)
        house("source", "remove", "acme")
        house("source", "add", "acme", source.url + "/updates")
        holds(house("update"), "custom/jarvis@1")


def test_a_list_that_is_known_does_not_come_again(made):
    with Source() as source:
        for number in range(500):
            model = source.models[f"model-{number:03}"] = Model()
            model.publish(1, {"weights.pt": b"one"})
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        told = source.told_bytes["/updates/manifest.json"]
        found = house("updates")
        whole = source.told_bytes["/updates/manifest.json"] - told
        expect(f"the list came: {whole}", whole > 20_000, True)
        expect("the same updates", house("updates"), found)
        expect("of which nothing came", source.told_bytes["/updates/manifest.json"] - told, whole)
        house("pull", "acme:model-007")
        expect("what is here now is no news, whoever was asked", "model-007" in house("updates"), False)
        expect("still nothing came", source.told_bytes["/updates/manifest.json"] - told, whole)
        source.models["model-007"].publish(2, {"weights.pt": b"two"})
        holds(house("updates"), "model-007")
        changed = source.told_bytes["/updates/manifest.json"] - told
        expect("it came when it had changed", changed > whole, True)
        for kept in (house.home / "lists").iterdir():
            kept.write_bytes(kept.read_bytes().replace(b"model-007", b"model-700"))
        holds(house("updates"), "model-007")
        expect("and when what was kept is not what it was", source.told_bytes["/updates/manifest.json"] - told > changed, True)


def test_a_killed_download_goes_on_where_it_stopped(made):
    data = random.Random(3).randbytes(12_000_000)
    with Source(rate=1_500_000) as source:
        source.models["big"] = Model()
        source.models["big"].publish(1, {"big.pt": data})
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        house.serve()
        pull = subprocess.Popen([house.program, "pull", "acme:big", "--home", house.home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while sum(source.sent_bytes.values()) < 3_000_000 and time.monotonic() < until:
            time.sleep(0.02)
        house.process.kill()
        house.process.wait(30)
        pull.wait(60)
        came = sum(source.sent_bytes.values())
        expect("it was under way", 1_000_000 < came < len(data), True)
        source.rate = None
        house.serve()  # which takes the job up again
        house("pull", "acme:big")
        expect("whole", house.digests("big"), {"big.pt": sha256(data)})
        twice = sum(source.sent_bytes.values()) - len(data)
        expect(f"little came twice: {twice}", twice < 3_000_000, True)
        house.stop()


def test_a_token_is_shown_to_its_source_and_to_nobody_else(made):
    with Source() as elsewhere, Source(token="secret-of-acme") as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        source.files_at = elsewhere.url
        elsewhere.models = source.models
        house = made.house("house")
        house("source", "add", "acme", source.url + "/updates")
        holds(house("updates", expect=7), "wants to know who asks")
        holds(house("update", env={"WEIGH_SOURCE_TOKEN_ACME": "secret-of-acme"}), "custom/jarvis@1")
        expect("the file came from elsewhere", sum(elsewhere.sent_bytes.values()), len(b"weights"))
        expect("which was shown no token", elsewhere.seen_tokens, set())


def test_a_proxy_stands_between(made):
    with Source() as source:
        source.models["jarvis"] = Model()
        source.models["jarvis"].publish(1, {"jarvis.pt": b"weights"})
        house = made.house("house")
        house("source", "add", "far", "http://models.invalid/updates")
        env = {"http_proxy": source.url, "no_proxy": "localhost"}
        holds(house("update", env=env), "custom/jarvis@1")
        expect("asked as a proxy", source.proxied >= 3, True)
        house("pull", "far:jarvis", expect=7, env={"http_proxy": source.url, "no_proxy": ".invalid"})
