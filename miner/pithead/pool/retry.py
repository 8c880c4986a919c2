"""Which pool to try next and after what pause: pure, so that a whole outage can be played through in a table."""

from collections.abc import Callable
from dataclasses import dataclass

MAX_PAUSE_FACTOR = 6
"""The longest pause in units of `retry_pause`: a minute by default."""


@dataclass(slots=True)
class Attempts:
    """The failures since a pool last gave useful work."""

    index: int = 0
    """The pool to try next."""
    here: int = 0
    """Failures in a row at that pool."""
    total: int = 0
    """Failures in a row at all pools."""
    moves: int = 0
    """How often we have gone on to the next pool."""

    def succeed(self, index: int) -> None:
        """Forget the failures: a pool has given useful work, and is the one to try next."""
        self.index, self.here, self.total, self.moves = index, 0, 0, 0

    def fail(self, pool_count: int, retries: int, *, hopeless: bool = False) -> None:
        """Count a failure and choose the next pool: the following one after `retries` failures, at once if hopeless.

        Negative `retries` mean that the first pool that was chosen is kept for ever.
        """
        self.here += 1
        self.total += 1
        if retries >= 0 and (hopeless or self.here >= max(retries, 1)):
            self.moves += 1
            if pool_count > 1:
                self.index, self.here = (self.index + 1) % pool_count, 0

    def exhausted(self, pool_count: int) -> bool:
        """Whether every pool has had its attempts."""
        return self.moves >= pool_count

    def pause_seconds(self, pool_count: int, retry_pause: float, random: Callable[[], float]) -> float:
        """Return how long to wait: exponential back-off with full jitter (AWS architecture blog, M. Brooker, 2015).

        Full jitter, since a thousand miners that lose a pool in one moment must not come back in one moment. A backup
        that was not tried in this outage is tried at once.
        """
        if self.here == 0 and 0 < self.moves < pool_count:
            return 0.0
        growth = min(2.0 ** min(max(self.total - 1, 0), 16), MAX_PAUSE_FACTOR)
        return random() * retry_pause * growth
