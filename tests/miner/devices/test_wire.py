"""What the parent and a worker say to each other survives the way, and nonsense is refused."""

import pytest

from pithead.devices.wire import (
    Compiled,
    Compiling,
    Drop,
    Failed,
    Found,
    Opened,
    Progress,
    Search,
    Stop,
    decode_order,
    decode_word,
    encode,
)


@pytest.mark.parametrize("order", [Search(1, "x16r", "00" * 80, 0, 2**32, 2**256 - 1), Drop(), Stop()])
def test_an_order_arrives_as_it_was_sent(order):
    assert decode_order(encode(order)) == order


@pytest.mark.parametrize(
    "word",
    [
        Opened(),
        Compiling("x16r"),
        Compiled("x16r", 1.5),
        Found(3, [0, 2**32 - 1]),
        Progress([], [3], 0.0),
        Failed("a line\nand another"),
    ],
)
def test_a_word_arrives_as_it_was_sent(word):
    assert decode_word(encode(word)) == word


def test_a_message_is_one_line():
    assert encode(Failed("a line\nand another")).count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]",
        b"{}",
        b"7",
        b"null",
        b'["Search"]',
        b'["Found",1]',
        b'["Stop"]',
        b'[["Found"]]',
        b"\xff[",
        b"[" * 99999,
    ],
)
def test_a_line_that_is_no_word_is_refused(line):
    with pytest.raises(ValueError, match="not a message"):
        decode_word(line)
