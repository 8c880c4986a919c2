"""Foreign judges as fixtures: a network namespace, the foreign pool, a made-up daemon, a real node, our miner.

The namespace has no name: it lives as long as a process in it, and every process dies with this one
(PR_SET_PDEATHSIG), so that nothing is left behind however a run ends. It also gives every test its own ports, and
keeps a pool that listens on every interface from being reached from outside.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
POOL_PORT, RPC_PORT = 3333, 8332

WALLET = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"
"""A well-known address of Bitcoin's test networks."""


class Process:
    """A child that tells what it does in lines; they are read in a thread and waited for here."""

    def __init__(self, command: list[str], log: Path, **options: object) -> None:
        self.name, self.log = command[0], log
        self._errors = log.open("ab")
        self.child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self._errors, text=True, **options,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout
        for line in self.child.stdout:
            self.log_line(line)
            self._lines.put(line)
        self._lines.put("")

    def log_line(self, line: str) -> None:
        self._errors.write(line.encode())
        self._errors.flush()

    def line(self, deadline: float) -> str:
        """Return the next line, empty after the last; raises TimeoutError at the deadline (of time.monotonic)."""
        try:
            return self._lines.get(timeout=max(deadline - time.monotonic(), 0.01))
        except queue.Empty:
            raise TimeoutError(f"{self.name} said no more; its log:\n{self.tail()}") from None

    def tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def stop(self) -> int:
        """End it, by its own id; return its exit status."""
        self.child.terminate()
        try:
            status = self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            status = self.child.wait()
        self._reader.join(5)
        assert self.child.stdout
        self.child.stdout.close()
        self._errors.close()
        return status


class Enclosure:
    """A network namespace with a loopback of its own, and the processes in it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Process] = []
        self._stack = contextlib.ExitStack()  # ends what was started last first
        hold = "ip link set lo up && echo ready && exec sleep infinity"
        holder = Process(["unshare", "--net", "--", "sh", "-c", hold], logs / "namespace.log")
        self._stack.callback(holder.stop)
        self.enter = ["nsenter", f"--net=/proc/{holder.child.pid}/ns/net", f"--wd={logs}", "--"]
        if holder.line(time.monotonic() + 10) != "ready\n":
            self.close()
            pytest.fail(f"No network namespace could be made: {holder.tail()}", pytrace=False)

    def run(self, name: str, *command: str, env: dict[str, str] | None = None) -> Process:
        process = Process([*self.enter, *command], self._logs / f"{name}.log", env=env)
        process.name = name
        self._stack.callback(process.stop)
        self._running.append(process)
        return process

    def check(self) -> None:
        """Raise AssertionError, with its log, where a process has ended."""
        for process in self._running:
            assert process.child.poll() is None, f"{process.name} ended:\n{process.tail()}"

    def report(self) -> str:
        """Return the end of every log."""
        return "\n".join(f"── {process.name}\n{process.tail()}" for process in self._running)

    def close(self) -> None:
        self._stack.close()


class ForeignPool:
    """foundation-stratum and what it says."""

    url = f"stratum+tcp://127.0.0.1:{POOL_PORT}"

    def __init__(self, process: Process, enclosure: Enclosure) -> None:
        self._process, self._enclosure = process, enclosure
        self.events: list[dict] = []

    def until(self, done: Callable[[list[dict]], bool], seconds: float) -> list[dict]:
        """Read events until they satisfy a condition, and return all so far; fails with all logs where they do not."""
        deadline = time.monotonic() + seconds
        while not done(self.events):
            assert time.monotonic() < deadline, f"not within {seconds} s:\n{self._enclosure.report()}"
            try:
                line = self._process.line(time.monotonic() + 0.5)
            except TimeoutError:
                line = ""
            if line:
                self.events.append(json.loads(line))
            else:
                self._enclosure.check()
        return self.events

    def shares(self, type_: str) -> list[dict]:
        return [event for event in self.events if event["event"] == "share" and event["type"] == type_]

    def jobs(self) -> int:
        """How many different jobs the accepted shares are of."""
        return len({share["job"] for share in self.shares("valid")})

    def submitted(self) -> list[dict]:
        return [event for event in self.events if event["event"] == "submitted"]


class Node:
    """bitcoind's JSON-RPC, asked from inside the namespace by a child, as this process is outside."""

    def __init__(self, enclosure: Enclosure) -> None:
        self._enter = enclosure.enter

    def call(self, method: str, *params: object) -> object:
        url = f"http://127.0.0.1:{RPC_PORT}/"
        command = [*self._enter, sys.executable, str(HERE / "rpc.py"), url, method, json.dumps(params)]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        if answer.returncode:
            raise ConnectionError(answer.stderr)
        return json.loads(answer.stdout)


@pytest.fixture(scope="session")
def judges() -> dict[str, Path]:
    """Where the judges are set up; fails with one sentence where they are not."""
    found = subprocess.run(
        [sys.executable, HERE / "install.py", "--where"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.fail(found.stderr.strip(), pytrace=False)
    return {name: Path(place) for name, place in json.loads(found.stdout).items()}


@pytest.fixture
def enclosure(judges: dict[str, Path], tmp_path: Path) -> Iterator[Enclosure]:
    enclosure = Enclosure(tmp_path)
    try:
        yield enclosure
    finally:
        enclosure.close()


@pytest.fixture
def made_up_daemon(enclosure: Enclosure) -> None:
    """A daemon without a chain, for algorithms whose coins have no node in Debian."""
    daemon = enclosure.run("daemon", sys.executable, str(HERE / "daemon.py"), str(RPC_PORT))
    assert daemon.line(time.monotonic() + 10) == "ready\n", daemon.tail()


@pytest.fixture
def node(judges: dict[str, Path], enclosure: Enclosure, tmp_path: Path) -> Node:
    """bitcoind on a fresh regtest chain: in the chroot, its data in the test's folder."""
    data, chroot = tmp_path / "chain", judges["node"]
    data.mkdir()
    bitcoind = (
        f"bitcoind -regtest -datadir=/mnt -server -listen=0 -connect=0 -disablewallet -rpcbind=127.0.0.1"
        f" -rpcallowip=127.0.0.1 -rpcport={RPC_PORT} -rpcuser=judge -rpcpassword=judge"
    )
    script = f'mount --bind "$1" "$2/mnt" && exec chroot "$2" {bitcoind}'
    process = enclosure.run("node", "unshare", "--mount", "sh", "-c", script, "sh", str(data), str(chroot))
    found, deadline = Node(enclosure), time.monotonic() + 60
    while "Done loading" not in process.line(deadline):
        assert process.child.poll() is None, process.tail()
    return found


@pytest.fixture
def foreign_pool(judges: dict[str, Path], enclosure: Enclosure) -> Callable[..., ForeignPool]:
    """Starts foundation-stratum in front of whatever answers on the RPC port: foreign_pool(algorithm, difficulty)."""

    def start(algorithm: str, difficulty: float, *, version_rolling: bool = False) -> ForeignPool:
        wanted = {
            "algorithm": algorithm,
            "difficulty": difficulty,
            "version_rolling": version_rolling,
            "port": POOL_PORT,
            "rpc_port": RPC_PORT,
            "address": WALLET,
            "poll_ms": 700,
        }
        env = {"PATH": os.environ["PATH"], "NODE_PATH": str(judges["pool"] / "node_modules")}
        process = enclosure.run("pool", "node", str(HERE / "pool.js"), json.dumps(wanted), env=env)
        pool = ForeignPool(process, enclosure)
        pool.until(lambda events: any(event["event"] == "started" for event in events), 30)
        return pool

    return start


@pytest.fixture
def miner(enclosure: Enclosure) -> Callable[..., Process]:
    """Starts our miner on a pool: miner(algorithm, url)."""

    def start(algorithm: str, url: str) -> Process:
        pithead = str(Path(sys.executable).with_name("pithead"))
        return enclosure.run("miner", pithead, "-a", algorithm, "-o", url, "-u", f"{WALLET}.rig", "-p", "x")

    return start
