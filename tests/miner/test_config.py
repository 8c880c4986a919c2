"""The configuration file."""

import pytest

from pithead import config
from pithead.cli import load
from pithead.errors import SettingsError


@pytest.fixture
def write(tmp_path):
    def writer(text: str):
        path = tmp_path / "miner.conf"
        path.write_text(text)
        return path

    return writer


def test_a_trex_file_with_comments_and_dashed_keys_is_read(write):
    path = write('{\n  // the pool\n  "pools": [{"url": "h:1", "user": "W", "pass": "x"}],\n  "hashrate-avr": 10,\n}')
    settings, _ = load(["-c", str(path)], {})
    assert (settings.pools[0].user, settings.hashrate_avr) == ("W", 10)


def test_the_command_line_beats_the_file(write):
    path = write('{"algo": "x16r", "retries": 7}')
    settings, _ = load(["-c", str(path), "-a", "sha256d"], {})
    assert (settings.algo, settings.retries) == ("sha256d", 7)


def test_variables_of_the_environment_are_filled_in_anywhere(write):
    path = write('{"pools": [{"url": "h:%PORT%", "user": "%WALLET%.%RIG%"}]}')
    settings, _ = load(["-c", str(path)], {"PORT": "1", "WALLET": "W", "RIG": "r"})
    assert (settings.pools[0].url, settings.pools[0].user) == ("h:1", "W.r")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"pools": [{"url": "%NOWHERE%"}]}', "no variable NOWHERE"),
        ('{"algo": ', "is not JSON"),
        ("[1]", "must hold one JSON object"),
        ('{"algo": "a", "algo": "b"}', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"retires": 1}', "unknown setting retires; the nearest is retries"),
    ],
)
def test_a_wrong_file_is_answered_by_one_sentence(write, text, words):
    with pytest.raises(SettingsError) as caught:
        load(["-c", str(write(text))], {})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        config.read(tmp_path / "none.conf", {})


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "binary.conf"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(SettingsError, match="not UTF-8"):
        config.read(path, {})
