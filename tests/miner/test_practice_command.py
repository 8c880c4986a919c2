"""The command `pithead-pool`, as a real child process."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pithead.practice.conduct import MISBEHAVIOURS

COMMAND = [sys.executable, "-c", "import sys; from pithead.practice.cli import main; sys.exit(main())"]


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--algo", "sha256d", "--listen", "127.0.0.1:0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def log_in(port: int) -> tuple[socket.socket, str]:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    lines = connection.makefile("r")
    connection.sendall(b'{"id":1,"method":"mining.subscribe","params":[]}\n')
    connection.sendall(b'{"id":2,"method":"mining.authorize","params":["me\\u001b[2J","x"]}\n')
    while '"mining.notify", "params"' not in (line := lines.readline()):
        assert line
    return connection, json.loads(line)["params"]


def submit_anything(port: int) -> socket.socket:
    connection, job = log_in(port)
    share = {"id": 3, "method": "mining.submit", "params": ["me\x1b[2J", job[0], "00000000", job[7], "00000000"]}
    connection.sendall(json.dumps(share).encode() + b"\n")
    return connection


def events(child: subprocess.Popen[str]) -> list[dict]:
    assert child.stdout
    return [json.loads(line) for line in child.stdout]


def listening(child: subprocess.Popen[str]) -> dict:
    assert child.stdout
    return json.loads(child.stdout.readline())


def test_it_exits_0_after_the_shares_asked_for_and_prints_one_event_a_line() -> None:
    with started("--json", "--difficulty", "1e-12", "--network-difficulty", "1", "--shares", "1") as child:
        with submit_anything(listening(child)["port"]) as connection:
            assert b'"result": true' in connection.makefile("rb").read()
        assert child.wait(10) == 0
        kinds = [event["event"] for event in events(child)]
        assert kinds == ["connected", "subscribed", "authorized", "difficulty", "share", "disconnected", "summary"]


def test_stopped_before_the_shares_asked_for_it_exits_1_with_a_summary() -> None:
    with started("--json", "--shares", "3") as child:
        listening(child)
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 1
        assert events(child)[-1]["event"] == "summary"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_a_summary_in_words(number: signal.Signals) -> None:
    with started() as child:
        assert child.stdout
        while "Point a miner" not in child.stdout.readline():
            pass
        child.send_signal(number)
        out, err = child.communicate(timeout=10)
        assert (child.returncode, err) == (0, "")
        assert "0 shares accepted" in out


def test_it_says_what_it_is_before_anything_else() -> None:
    with started() as child:
        assert child.stdout
        assert "pool for practice and tests" in child.stdout.readline()


def test_what_clients_send_cannot_steer_the_terminal() -> None:
    with started("--difficulty", "1e-12", "--shares", "1") as child:
        assert child.stdout
        line = ""
        while "Point a miner" not in (line := child.stdout.readline()):
            pass
        with submit_anything(int(line.split("-o ")[1].split()[0].rpartition(":")[2])):
            assert "\x1b" not in child.communicate(timeout=10)[0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--algo", "sha256x"], "sha256"),
        (["--listen", "nowhere"], "HOST:PORT"),
        (["--misbehave", "lie"], "Unknown misbehaviour"),
        (["--tls-cert", "c.pem"], "--tls-key"),
        (["--tls-cert", "/missing.pem", "--tls-key", "/missing.pem"], "/missing.pem"),
        (["--difficulty", "0"], "above 0"),
    ],
)
def test_a_wrong_option_ends_it_with_a_sentence_and_status_2(options: list[str], sentence: str) -> None:
    with started(*options) as child:
        _, err = child.communicate(timeout=10)
        assert child.returncode == 2
        assert sentence in err
        assert "Traceback" not in err


def test_every_misbehaviour_is_in_the_help() -> None:
    text = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    assert [name for name in MISBEHAVIOURS if name not in text] == []


def test_the_event_of_a_share_tells_its_hash_and_what_was_asked() -> None:
    with started("--json", "--difficulty", "1e-12", "--shares", "1") as child:
        submit_anything(listening(child)["port"]).close()
        (share,) = [event for event in events(child) if event["event"] == "share"]
        assert (share["accepted"], share["difficulty"], len(share["hash"])) == (True, 1e-12, 64)
        assert set(share) >= {"time", "connection", "worker", "job", "share_difficulty", "code", "latency_seconds"}
