"""What flows through the miner: jobs in, units to devices, shares out, verdicts back."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_TARGET = 2**256 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(ABC):
    """Work from a pool, as a stratum dialect understood it; immutable.

    A job spans `rolls` headers, each of them `nonce_count` nonces. How a roll becomes extranonce2 and version bits is
    the dialect's own business: the rest of the miner sees numbers.
    """

    id: str
    """The pool's name for it."""
    algorithm: str
    target: int
    """A hash at or below it is a share."""
    difficulty: float
    """The share difficulty in the pool's own unit."""
    network_target: int
    """A hash at or below it is a block; 0 where the pool does not tell."""
    network_difficulty: float
    height: int | None
    clean: bool
    """The pool drops earlier jobs: their shares would be stale."""
    connection: int
    """Serial number of the connection it came by; its shares can go to no other."""

    @property
    @abstractmethod
    def rolls(self) -> int:
        """How many distinct headers it spans."""

    @property
    def nonce_count(self) -> int:
        """How many nonces each header has."""
        return 2**32

    @abstractmethod
    def header(self, roll: int) -> bytes:
        """Return the header of a roll in [0, rolls), its nonce zero."""

    @property
    @abstractmethod
    def fingerprint(self) -> bytes:
        """Equal for two jobs exactly when equal rolls and nonces give equal hashes: the key of the search space."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a job's search space, leased to one device once and for ever: nonces [start, start + count)."""

    job: Job
    roll: int
    header: bytes
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """A nonce that the CPU has confirmed to meet its job's target."""

    job: Job
    roll: int
    nonce: int
    hash: int
    """The proof of work as a number."""
    device_id: int

    @property
    def is_block(self) -> bool:
        """Whether it also meets the network's target."""
        return self.hash <= self.job.network_target

    @property
    def difficulty(self) -> float:
        """The difficulty it would have satisfied, in the pool's unit."""
        return self.job.difficulty * self.job.target / max(self.hash, 1)


class Outcome(StrEnum):
    """What became of a share."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    STALE = "stale"
    LOST = "lost"
    """Never answered: the connection ended first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The pool's word on a share."""

    share: Share
    outcome: Outcome
    reason: str = ""
    """The pool's sentence, cleaned of control characters; empty when accepted."""
    code: int | None = None
    """The pool's error code, where it gave one."""
    latency_seconds: float = 0.0


class Latest(Generic[T]):
    """A cell that holds the newest value: writers overwrite, readers wait until there is one they have not seen."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._serial = 0
        self._changed = asyncio.Event()

    @property
    def value(self) -> T:
        """The newest value."""
        return self._value

    @property
    def serial(self) -> int:
        """How often it was set: hand it to `newer` to wait for the next."""
        return self._serial

    def set(self, value: T) -> None:
        """Replace the value and wake every reader."""
        self._value = value
        self._serial += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def newer(self, seen: int) -> tuple[int, T]:
        """Wait until it was set more than `seen` times; return that number and the value."""
        while self._serial <= seen:
            await self._changed.wait()
        return self._serial, self._value
