"""What the pool side tells the rest of the miner. Frozen; texts from a pool are already clean of control characters."""

from dataclasses import dataclass
from enum import StrEnum

from pithead.work import Job, Share, Verdict


class SwitchReason(StrEnum):
    """Why the miner works for another pool than before."""

    FAILOVER = "failover"
    """The one before it failed."""
    MAIN_RETURNED = "main returned"
    """The main pool answers again."""
    MOVED = "moved"
    """The pool asked for it."""
    SETTINGS = "settings"
    """The settings were changed."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """An attempt begins; `Connected` or `Disconnected` follows, unless changed settings cut it short."""

    url: str
    attempt: int
    """1 for the first at this pool."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The pool has accepted the login."""

    url: str
    user: str
    peer: str
    """The IP address and port connected to: the proxy's where there is one."""
    tls: str
    """The TLS version; empty on a plain connection."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """An attempt failed or a connection ended."""

    url: str
    reason: str
    retry_in_seconds: float
    retry_url: str
    """The pool of the next attempt; empty where there will be none."""


@dataclass(frozen=True, slots=True)
class Switched:
    """The connection now is to another address than the one before."""

    from_url: str
    to_url: str
    reason: SwitchReason


@dataclass(frozen=True, slots=True)
class JobReceived:
    """A job came and has been put into the cell."""

    job: Job


@dataclass(frozen=True, slots=True)
class DifficultyChanged:
    """The pool stated a new share difficulty, in its own unit."""

    difficulty: float


@dataclass(frozen=True, slots=True)
class Submitted:
    """A share was sent; a `Verdict` follows sooner or later."""

    share: Share


@dataclass(frozen=True, slots=True)
class PoolNotice:
    """A sentence for a person, from the pool or about it."""

    text: str


PoolEvent = (
    Connecting
    | Connected
    | Disconnected
    | Switched
    | JobReceived
    | DifficultyChanged
    | Submitted
    | Verdict
    | PoolNotice
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolState:
    """How things stand with the pool, for those who ask rather than listen."""

    waiting: bool = False
    """There is no pool in the settings."""
    connected: bool = False
    """Logged in: shares can be submitted."""
    url: str = ""
    """The pool in use, or the one being tried; after a move, where it moved us to."""
    user: str = ""
    worker: str = ""
    index: int = 0
    """Its place in the list; 0 is the main pool."""
    retries: int = 0
    """Failed attempts in a row at it."""
    scheme: str = ""
    """stratum+tcp or stratum+ssl."""
    tls: str = ""
    """The TLS version; empty on a plain connection or none."""
    difficulty: float = 0.0
    """Newest share difficulty, in the pool's unit; 0 before the first."""
    ping_seconds: float | None = None
    """Smoothed time that the pool takes to answer; None before its first answer."""
    last_submit_seconds: float | None = None
    """When a share was last sent, on the clock handed in; None before the first."""
    connected_since_seconds: float | None = None
    """When the login was accepted, on the clock handed in; None while not connected."""
