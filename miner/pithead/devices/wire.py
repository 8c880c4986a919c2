"""What the parent and a worker process say to each other: one JSON array a line, the message's name and its fields."""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from typing import TypeVar

M = TypeVar("M")

LINE_BYTES = 1 << 16
"""No line is longer: neither a unit nor NONCES_PER_LINE candidates come near it."""

NONCES_PER_LINE = 1024


@dataclass(frozen=True, slots=True)
class Search:
    """Parent to worker: search this unit after those you have."""

    unit: int
    """Its serial number, new for each."""
    algorithm: str
    header_hex: str
    start: int
    count: int
    target: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Parent to worker: start no more batches of the units you have."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Parent to worker: finish the batches under way, say what they were, end."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Worker to parent: the device is open, units may come."""


@dataclass(frozen=True, slots=True)
class Compiling:
    """Worker to parent: the kernels of an algorithm are being built or loaded; its units wait."""

    algorithm: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """Worker to parent: they are ready."""

    algorithm: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """Worker to parent: nonces that pass the kernel's filter."""

    unit: int
    nonces: list[int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Worker to parent: what was done since the last one."""

    hashes: list[tuple[int, int]]
    """Pairs of a unit and how many of its nonces were tried."""
    closed: list[int]
    """Units of which nothing more will be heard: done, or dropped and their last batch finished."""
    seconds: float
    """For how long at least one searcher was busy."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Worker to parent: the device is of no use any more, and I end."""

    reason: str


Order = Search | Drop | Stop
Word = Opened | Compiling | Compiled | Found | Progress | Failed

_ORDERS: dict[str, Callable[..., Order]] = {"Search": Search, "Drop": Drop, "Stop": Stop}
_WORDS: dict[str, Callable[..., Word]] = {
    kind.__name__: kind for kind in (Opened, Compiling, Compiled, Found, Progress, Failed)
}


def encode(message: Order | Word) -> bytes:
    """Return a message as a line."""
    return json.dumps([type(message).__name__, *astuple(message)], separators=(",", ":")).encode() + b"\n"


def decode_order(line: bytes) -> Order:
    """Read what the parent says; ValueError where it is no order."""
    return _decode(line, _ORDERS)


def decode_word(line: bytes) -> Word:
    """Read what a worker says; ValueError where it is no word of its."""
    return _decode(line, _WORDS)


def _decode(line: bytes, kinds: Mapping[str, Callable[..., M]]) -> M:
    try:
        name, *fields = json.loads(line)
        return kinds[name](*fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"not a message: {line[:80]!r}") from error
