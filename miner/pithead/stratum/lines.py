"""Bytes as they come, cut anywhere, into lines of bounded length, and a line into a JSON object of bounded shape."""

import json
import math
import re
from collections.abc import Iterator

from pithead.errors import ProtocolError

MAX_LINE_BYTES = 128 * 1024
MAX_DEPTH = 8
_MAX_DIGITS = 64

# The possessive marks keep it linear: a string that never ends is matched to the end of the line, once.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Lines:
    """Gathers bytes into lines; keeps at most one unfinished line of MAX_LINE_BYTES."""

    def __init__(self) -> None:
        self._unfinished = bytearray()

    def push(self, data: bytes) -> Iterator[bytes]:
        """Yield the lines that `data` completes, without their newline.

        Raises ProtocolError once a line is longer than MAX_LINE_BYTES, finished or not, after the lines before it.
        """
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            self._keep(data, start, end)
            line = bytes(self._unfinished)
            self._unfinished.clear()
            yield line
            start = end + 1
        self._keep(data, start, len(data))

    def _keep(self, data: bytes, start: int, end: int) -> None:
        if len(self._unfinished) + end - start > MAX_LINE_BYTES:
            self._unfinished.clear()
            raise ProtocolError(f"The pool sent a line of more than {MAX_LINE_BYTES // 1024} KiB.")
        self._unfinished += data[start:end]


def read_message(line: bytes) -> dict[str, object]:
    """Return the JSON object (RFC 8259) on a line.

    Bytes that are not UTF-8 become U+FFFD: some pools write their messages in other encodings, and only a person reads
    them. A number of more than 64 characters becomes NaN, which no field accepts; NaN and Infinity, which JSON does not
    have and careless servers send, are read for the same reason: one bad field, not a lost connection.
    Raises ProtocolError where the line is not JSON, not an object, nested deeper than MAX_DEPTH or names a key twice.
    """
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _depth(line) > MAX_DEPTH:
        raise ProtocolError(f"The pool sent JSON nested more than {MAX_DEPTH} deep.")
    try:
        message = _DECODER.decode(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError("The pool sent a line that is not JSON; is it a stratum pool?") from error
    if not isinstance(message, dict):
        raise ProtocolError("The pool sent a line that is not a JSON object; is it a stratum pool?")
    return message


def _depth(line: bytes) -> int:
    depth = deepest = 0
    for bracket in _STRING.sub(b"", line).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):  # whichever we took, the pool could have meant the other
        raise ValueError("a key twice")
    return found


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else math.nan


def _real(digits: str) -> float:
    return float(digits) if len(digits) <= _MAX_DIGITS else math.nan


# One decoder for all: json.loads with hooks makes a new one for every call.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=float)
