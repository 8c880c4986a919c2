"""The part of the settings that the pool side reads; any object with these attributes will do."""

from collections.abc import Sequence
from typing import Protocol


class PoolEntry(Protocol):
    """One pool of the list."""

    @property
    def url(self) -> str:
        """[SCHEME://]HOST:PORT."""

    @property
    def user(self) -> str:
        """The login: mostly a wallet."""

    @property
    def password(self) -> str:
        """What goes with it: mostly x."""

    @property
    def worker(self) -> str:
        """The miner's name at the pool."""

    @property
    def pin(self) -> str:
        """SHA-256 fingerprint of the pool's certificate; empty where none is asked for."""


class PoolOptions(Protocol):
    """How to get to the pools and what to do when they fail; names as in T-Rex."""

    @property
    def pools(self) -> Sequence[PoolEntry]:
        """The main pool first, then the backups in order; may be empty."""

    @property
    def proxy(self) -> str:
        """A SOCKS5 proxy as [USER:PASSWORD@]HOST:PORT, or empty."""

    @property
    def retries(self) -> int:
        """Attempts at one pool before the next; 0 as 1; negative: never go on to the next (as in ccminer)."""

    @property
    def retry_pause(self) -> float:
        """Seconds within which the first attempt after a failure is made; doubled with each further failure."""

    @property
    def timeout(self) -> float:
        """Seconds without data, or with a share unanswered, after which the connection is made anew."""

    @property
    def back_to_main_pool_sec(self) -> float:
        """Seconds between probes of the main pool while on a backup; 0: none."""

    @property
    def reconnect_on_fail_shares(self) -> int:
        """After so many failed shares in a row the connection is made anew; 0: never."""

    @property
    def no_strict_ssl(self) -> bool:
        """Do not check whose certificate it is; a pin is checked nevertheless."""

    @property
    def no_sni(self) -> bool:
        """Do not name the host in the TLS handshake."""

    @property
    def send_stales(self) -> bool:
        """Submit shares of jobs that the pool has dropped."""

    @property
    def keep_gpu_busy(self) -> bool:
        """Leave the last job standing while there is no connection."""

    @property
    def exit_on_connection_lost(self) -> bool:
        """Give up when every pool has failed, instead of going round again."""


class OptionsCell(Protocol):
    """A `work.Latest` of anything that has the attributes of `PoolOptions`."""

    @property
    def value(self) -> PoolOptions:
        """The newest options."""

    @property
    def serial(self) -> int:
        """How often they were set."""

    async def newer(self, seen: int) -> tuple[int, PoolOptions]:
        """Wait until they were set more than `seen` times."""


Way = tuple[tuple[str, ...], str, bool, bool]
"""All that decides how a pool is reached: two equal ones lead to the same connection."""


def ways_to(options: PoolOptions) -> tuple[Way, ...]:
    """Return the way to each pool of the list."""
    return tuple(
        (
            (entry.url, entry.user, entry.password, entry.worker, entry.pin),
            options.proxy,
            options.no_strict_ssl,
            options.no_sni,
        )
        for entry in options.pools
    )
