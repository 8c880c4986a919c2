"""What a person reads."""

import io
import logging

import pytest

from pithead import console, log
from pithead.settings import parse
from pithead.stats import Stats

WALLET = "RVNwalletwalletwalletwalletwallet1"
SETTINGS = {"pools": [{"url": "h:1", "user": f"{WALLET}.rig", "pass": "hunter22"}], "proxy": "me:word@proxy:1"}


def written(settings: dict[str, object], *messages: str, logger: logging.Logger = log.LOG) -> str:
    stream = io.StringIO()
    log.set_up(parse(settings), stream)
    for message in messages:
        logger.info("%s", message)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0, "0 H/s"), (999, "999 H/s"), (12_345, "12.35 kH/s"), (7.2e9, "7.2 GH/s"), (1.5e18, "1.5 EH/s")],
)
def test_hashrates_have_a_prefix_and_few_digits(rate, text):
    assert console.hashrate(rate) == text


def test_wallets_and_passwords_are_masked_wherever_they_are_written():
    text = written(SETTINGS, f'{{"params": ["{WALLET}.rig", "hunter22"]}}', "proxy me:word@proxy:1")
    assert WALLET not in text
    assert "hunter22" not in text
    assert "me:word" not in text
    assert "RVNw…let1.rig" in text


def test_escape_codes_of_a_stranger_do_not_reach_the_terminal():
    assert "\x1b" not in written({}, "pool says \x1b[2J\x9b31m")


def test_the_date_can_be_hidden():
    assert written({"hide-date": True}, "hello")[2] == ":"
    assert written({}, "hello")[4] == "-"


def test_the_log_goes_to_a_file_too(tmp_path):
    path = tmp_path / "miner.log"
    written({"log-path": str(path)}, "hello")
    log.set_up(parse({}), io.StringIO())
    assert path.read_text().endswith("hello\n")


def test_the_protocol_is_written_only_when_asked_for():
    assert written({}, "line", logger=log.PROTOCOL) == ""
    assert "line" in written({"protocol-dump": True}, "line", logger=log.PROTOCOL)


def test_the_table_names_every_device_and_why_it_does_not_hash():
    stats = Stats([0, 1], 0)
    stats.hashed(0, 1_000_000, 1)
    table = console.device_table(stats.snapshot(10), [(0, "EPYC", ""), (1, "EPYC", "paused: no pool")], "h:1")
    lines = table.splitlines()
    assert "100 kH/s" in lines[1]
    assert "paused: no pool" in lines[2]
    assert "accepted 0" in lines[3]


def test_a_span_of_time_is_written_as_a_clock():
    assert console.duration(93784) == "1d 02:03:04"
