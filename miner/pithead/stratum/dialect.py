"""What every stratum dialect is: bytes in, events out. No sockets, no clocks, no randomness in here."""

from dataclasses import dataclass
from typing import Protocol

from pithead.work import Job, Outcome, Share


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes that must go to the pool now."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Ready:
    """The pool has accepted the login: shares may be submitted."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to work on; the newest wins."""

    job: Job


@dataclass(frozen=True, slots=True)
class Judged:
    """The pool's answer to a submitted share."""

    share: Share
    outcome: Outcome
    reason: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True)
class DifficultySet:
    """The pool stated a new share difficulty, in its own unit; jobs that come after this carry it."""

    difficulty: float


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The pool asks us to reconnect elsewhere; empty host or port 0 mean the same one. The pool layer decides."""

    host: str
    port: int
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for a person, cleaned of control characters and cut in length: the pool's own, or about it."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The connection is of no use any more: a refused login, or something the protocol does not allow."""

    reason: str
    refused: bool = False
    """The pool said no (a login), as against speaking nonsense."""


Event = Send | Ready | NewJob | Judged | DifficultySet | MoveTo | Notice | Failed


class Dialect(Protocol):
    """One connection's worth of a stratum protocol."""

    def hello(self) -> bytes:
        """Return what to say first."""

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come, cut anywhere; never raises, whatever they are."""

    def submit(self, share: Share) -> bytes:
        """Return the message that submits a share of a job of this connection."""

    @property
    def unanswered(self) -> tuple[Share, ...]:
        """Shares submitted and not judged yet, oldest first."""
