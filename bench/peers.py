"""What `bench/run` measures with: servers on free ports of loopback, and clocks around programs."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seconds(words, **options):
    begin = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **options)
    return time.perf_counter() - begin


class Weigh:
    """`weigh serve` over `home`, until the block ends."""

    def __init__(self, program, home):
        self.words = [program, "serve", "--home", str(home), "--no-library", "--log-level", "warning"]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [*self.words, "--listen", f"127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError("the server ended: " + " ".join(self.words))
            time.sleep(0.0005)
        self.first_answer_ms = (time.perf_counter() - begin) * 1000
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(b"GET /api/models?length=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return line.recv(12) == b"HTTP/1.1 200"
        except ConnectionError:
            return False

    def memory_mb(self):
        """Resident, and its proportional share where libraries are shared."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return tuple(int(re.search(rf"^{what}:\s+(\d+) kB", rollup, re.M).group(1)) / 1024 for what in ("Rss", "Pss"))


class Nginx:
    """nginx with sendfile over one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")

    def __enter__(self):
        state = self.folder / "nginx"
        state.mkdir()
        paths = "".join(f"{kind}_temp_path {state}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (state / "conf").write_text(
            f"worker_processes 1; daemon off; pid {state}/pid; error_log {state}/log;\nevents {{}}\n"
            f"http {{ access_log off; sendfile on; tcp_nopush on; {paths}\n"
            f"  server {{ listen 127.0.0.1:{self.port}; root {self.folder}/www; }} }}\n")
        self.folder.chmod(0o755)
        self.process = subprocess.Popen([self.program, "-c", str(state / "conf"), "-e", str(state / "log")])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except ConnectionError:
                time.sleep(0.02)
        raise RuntimeError("nginx did not start: " + (state / "log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def requests(url, for_seconds, connections=2):
    """Requests a second and the 99th percentile in ms, as wrk sees them."""
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{for_seconds}s", "--latency", url],
                          check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in done:
        raise RuntimeError(f"{url} was refused:\n{done}")
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", done).groups()
    p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1)), p99


def download(url):
    return seconds(["curl", "-sS", "--fail", "-o", "/dev/null", url])


def copy_and_sync(source, target):
    begin = time.perf_counter()
    subprocess.run(["dd", f"if={source}", f"of={target}", "bs=1M", "conv=fsync", "status=none"], check=True)
    taken = time.perf_counter() - begin
    os.unlink(target)
    return taken
