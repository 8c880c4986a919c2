"""Bytes that no honest pool sends, to see what a miner makes of them."""

import json
from collections.abc import Container, Iterator

from pithead.practice.chain import Template

ESCAPE_CODES = "\x1b[2J\x1b[31;5mYOUR WALLET\x07\x1b]0;pwned\x07\r\n\x00\x9b1mhas been emptied\x1b[0m"
"""Clears the screen, colours, blinks, rings, renames the window and breaks the line, if a terminal gets to see it."""

GARBAGE = (
    b"\x00\xff\xfe\x80 not even text \n",
    b"{\n",
    b"[]\n",
    b'"mining.notify"\n',
    b"null\n",
    b"1e999\n",
    b'{"id":null,"method":17,"params":{}}\n',
    b'{"id":null,"method":"mining.notify","params":null}\n',
    b'{"id":{"a":[]},"result":{"b":1},"error":[]}\n',
    b'{"id":null,"method":"mining.set_extranonce","params":["zz",-1]}\n',
    b"[" * 2000 + b"\n",
    b'{"id":' + b"9" * 4000 + b',"result":true,"error":null}\n',
    b"\n",
)
"""Lines that are no message, or one of the wrong shape."""

BAD_DIFFICULTIES = (b"0", b"-1", b"NaN", b"Infinity", b"1e999", b"1e-400", b'"one"', b"null", b"[1]", b"true")


def before_job(conduct: Container[str]) -> Iterator[bytes]:
    """Yield the lines that misbehaviour puts before every job."""
    if "bad-difficulty" in conduct:
        for number in BAD_DIFFICULTIES:
            yield b'{"id":null,"method":"mining.set_difficulty","params":[' + number + b"]}\n"
    if "bad-notify" in conduct:
        for params in bad_notifies():
            yield json.dumps({"id": None, "method": "mining.notify", "params": params}).encode() + b"\n"


def bad_notifies() -> list[list[object]]:
    """Return parameters of mining.notify that are wrong in one field each."""
    template = Template(1, bytes(32), (), 0x1D00FFFF, 0, bytes(20))
    before, after = template.coinbase(8)
    good: list[object] = ["bad", "00" * 32, before.hex(), after.hex(), [], "20000000", "1d00ffff", "5f5e1000", True]
    wrong: list[tuple[int, object]] = [
        (0, None), (0, "j" * 100_000), (1, "00"), (1, "zz" * 32), (1, 5), (2, "0"), (2, "xx"), (2, None), (3, {}),
        (4, "00" * 32), (4, ["00"]), (4, ["00" * 32] * 1000), (5, "2"), (5, -1), (6, "ffffffff"), (6, ""), (7, "now"),
    ]  # fmt: skip
    return [good[:8], [], *([*good[:at], value, *good[at + 1 :]] for at, value in wrong)]
