"""The main job, whole: from a pool's job to an accepted share, by the commands a user types."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
WALLET = "bc1qpracticepracticepracticepractice0000"


@contextmanager
def practice_pool(algorithm: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real pool in a process of its own: the process, and the URL to mine on."""
    command = [BIN / "pithead-pool", "--algo", algorithm, "--listen", "127.0.0.1:0", "--json", *options]
    pool = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield pool, json.loads(pool.stdout.readline())["url"]
    finally:
        pool.kill()
        pool.communicate()


@contextmanager
def miner(*options: str, environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [BIN / "pithead", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def wait_for_line(child: subprocess.Popen[str], words: str) -> str:
    """Read what a miner says until it says these words."""
    for line in child.stdout:
        if words in line:
            return line
    raise AssertionError(f"the miner ended without saying {words!r}")


@pytest.mark.parametrize("algorithm", ["sha256d", "sha256t", "sha256q", "x16r", "x16rv2"])
def test_a_share_of_every_algorithm_is_accepted_by_the_practice_pool(algorithm):
    with practice_pool(algorithm, "--shares", "3") as (pool, url), miner("-a", algorithm, "-o", url, "-u", WALLET):
        assert pool.wait(timeout=100) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_miner_within_five_seconds_and_no_share_is_left_unanswered(number):
    with (
        practice_pool("sha256d", "--difficulty", "0.0005") as (_, url),
        miner("-a", "sha256d", "-o", url, "-u", WALLET) as child,
    ):
        wait_for_line(child, "share accepted")
        began = time.monotonic()
        child.send_signal(number)
        text, _ = child.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert child.returncode == 0
        assert "ended" in text
        assert "lost" not in text


def test_further_signals_change_nothing_about_how_the_miner_ends():
    with miner() as child:
        wait_for_line(child, "works, process")
        while child.poll() is None:
            child.terminate()
            time.sleep(0.005)  # the moments of leaving are met by some of many
        assert child.returncode == 0


def test_a_thread_that_hangs_does_not_delay_the_end():
    hang = "import sys, threading, time; threading.Thread(target=time.sleep, args=(60,)).start()"
    mine = "from pithead.cli import main; sys.exit(main(['--time-limit', '1']))"
    assert subprocess.run([sys.executable, "-c", f"{hang}; {mine}"], capture_output=True, timeout=20).returncode == 0


def test_a_hung_device_and_a_silent_pool_do_not_make_the_end_longer_than_five_seconds():
    with (
        practice_pool("sha256d", "--difficulty", "0.0005", "--misbehave", "silence=shares") as (_, url),
        miner("-a", "sha256d", "-o", url, "-u", WALLET, "-P") as child,
    ):
        worker = int(wait_for_line(child, "works, process").split()[-1])
        wait_for_line(child, "mining.submit")
        os.kill(worker, signal.SIGSTOP)
        began = time.monotonic()
        child.terminate()
        child.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert child.returncode == 0


def test_a_miner_without_a_pool_starts_and_waits_for_its_configuration():
    with miner() as child:
        assert "waiting for configuration" in wait_for_line(child, "waiting for configuration")
        child.terminate()
        assert child.wait(timeout=10) == 0


def test_a_configuration_file_with_variables_mines(tmp_path):
    config = tmp_path / "miner.conf"
    with practice_pool("sha256d", "--shares", "2") as (pool, url):
        config.write_text('{"algo": "sha256d", /* here */ "pools": [{"url": "%POOL%", "user": "%WALLET%"}]}')
        with miner("-c", str(config), environment={"POOL": url, "WALLET": WALLET}):
            assert pool.wait(timeout=60) == 0


def test_the_wallet_is_nowhere_in_the_log(tmp_path):
    log = tmp_path / "miner.log"
    options = ("-u", WALLET, "-p", "correct-horse", "-P", "-l", str(log))
    with (
        practice_pool("sha256d", "--difficulty", "0.0005") as (_, url),
        miner("-a", "sha256d", "-o", url, *options) as child,
    ):
        wait_for_line(child, "mining.submit")
        wait_for_line(child, "share accepted")
    for secret in (WALLET, "correct-horse"):
        assert secret not in log.read_text()


def test_a_killed_worker_comes_back_and_the_other_device_does_not_notice():
    with (
        practice_pool("sha256d", "--difficulty", "0.0005") as (_, url),
        miner("-a", "sha256d", "-o", url, "-u", WALLET, "--cpu-devices", "2") as child,
    ):
        pids = {}
        for _ in range(2):
            words = wait_for_line(child, "works, process").split()
            pids[words[words.index("device") + 1]] = int(words[-1])
        wait_for_line(child, "share accepted")
        os.kill(pids["0"], signal.SIGKILL)
        wait_for_line(child, "starting it again")
        assert "device 0 works" in wait_for_line(child, "works, process")
        assert Path(f"/proc/{pids['1']}").exists()
        wait_for_line(child, "share accepted")


def test_the_time_limit_ends_the_miner():
    with miner("--time-limit", "1") as child:
        assert child.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-a", "x16s", "-o", "h:1", "-u", "W"], "unknown algorithm 'x16s'"),
        (["-o", "h:1", "-u", "W"], "say what to mine with -a ALGO"),
        (["-a", "x16r", "-o", "nonsense", "-u", "W"], "lacks a port"),
        (["-a", "x16r", "-o", "h:1", "-u", "W", "-d", "7"], "there is no device 7"),
        (["--retires", "3"], "the nearest is --retries"),
        (["-c", "/nowhere/miner.conf"], "cannot be read"),
        (["-l", "/nowhere/miner.log"], "cannot be written"),
    ],
)
def test_wrong_settings_end_with_one_sentence_and_exit_code_2(options, sentence):
    child = subprocess.run([BIN / "pithead", *options], capture_output=True, text=True, timeout=30)
    assert (child.returncode, child.stdout) == (2, "")
    assert sentence in child.stderr
    assert len(child.stderr.splitlines()) == 1


def test_the_demo_does_the_main_job_once_and_ends():
    child = subprocess.run(
        [sys.executable, "-m", "pithead.practice.demo", "--once"], capture_output=True, text=True, timeout=110
    )
    assert child.returncode == 0, child.stderr
    for words in ("device 0 found", "job received", "share accepted", "H/s", "3 shares accepted"):
        assert words in child.stdout
