"""A worker's units cut into batches, how long a batch is, and for how long the device was busy. No threads, no clock."""

from collections import deque
from dataclasses import dataclass

from pithead.devices.wire import Search

BATCH_SECONDS = 0.025
"""A new job takes effect between two batches, so within about one and a half of them."""

GROWTH = 4
"""A batch is at most so many times as long as the one before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Nonces [start, start + count) of a unit, searched in one call."""

    search: Search
    start: int
    count: int


@dataclass(slots=True)
class _Unit:
    search: Search
    next: int
    end: int
    under_way: int = 0
    """Batches taken and not finished."""
    unreported: int = 0
    """Nonces tried since the last report."""

    @property
    def closed(self) -> bool:
        return self.next >= self.end and not self.under_way


class Batches:
    """The units a worker was given, oldest first, and what was done of each."""

    def __init__(self) -> None:
        self._waiting: deque[_Unit] = deque()
        self._units: dict[int, _Unit] = {}

    @property
    def head(self) -> Search | None:
        """The unit that the next batch comes from."""
        return self._waiting[0].search if self._waiting else None

    @property
    def idle(self) -> bool:
        """Whether nothing is left to take and nothing under way."""
        return not self._waiting and not any(unit.under_way for unit in self._units.values())

    def add(self, search: Search) -> None:
        """Put a unit after the others."""
        unit = _Unit(search, search.start, search.start + search.count)
        self._units[search.unit] = unit
        self._waiting.append(unit)

    def drop(self) -> None:
        """Take no more batches of the units that are here."""
        for unit in self._waiting:
            unit.end = unit.next
        self._waiting.clear()

    def take(self, size: int) -> Batch | None:
        """Return the next batch, of `size` nonces or what the unit still has; None where no unit is left."""
        if not self._waiting:
            return None
        unit = self._waiting[0]
        batch = Batch(unit.search, unit.next, min(size, unit.end - unit.next))
        unit.next += batch.count
        unit.under_way += 1
        if unit.next >= unit.end:
            self._waiting.popleft()
        return batch

    def finish(self, batch: Batch) -> None:
        """Note that every nonce of a batch was tried."""
        unit = self._units[batch.search.unit]
        unit.under_way -= 1
        unit.unreported += batch.count

    def report(self) -> tuple[list[tuple[int, int]], list[int]]:
        """Return, since the last report, how many nonces of which units were tried, and which units are closed."""
        hashes = [(serial, unit.unreported) for serial, unit in self._units.items() if unit.unreported]
        closed = [serial for serial, unit in self._units.items() if unit.closed]
        for serial, _ in hashes:
            self._units[serial].unreported = 0
        for serial in closed:
            del self._units[serial]
        return hashes, closed


class Pace:
    """How many nonces one searcher takes at a time, so that a batch lasts about BATCH_SECONDS."""

    def __init__(self, grain: int) -> None:
        self._grain = grain
        self._size = grain
        self._algorithm = ""
        self._header_hex = ""

    def size(self, search: Search) -> int:
        """Return the length of the next batch, of this unit: a multiple of the grain.

        Another algorithm starts small again. Another header starts at a quarter, for the hashes of an x16r header can cost
        several times those of the one before.
        """
        if search.algorithm != self._algorithm:
            self._size = self._grain
        elif search.header_hex != self._header_hex:
            self._size //= GROWTH
        self._algorithm, self._header_hex = search.algorithm, search.header_hex
        self._size = max(self._grain, self._size - self._size % self._grain)
        return self._size

    def took(self, count: int, seconds: float) -> None:
        """Note how long a batch of `count` nonces lasted."""
        if count < self._size and seconds < BATCH_SECONDS:
            return  # cut short by the end of its unit: it says little
        fitting = int(count * BATCH_SECONDS / seconds) if seconds > 0 else self._size * GROWTH
        self._size = min(fitting, self._size * GROWTH)


class BusyTime:
    """For how long at least one searcher was at work."""

    def __init__(self) -> None:
        self._at_work = 0
        self._since = 0.0
        self._seconds = 0.0

    def begin(self, now: float) -> None:
        """Note that a searcher starts a batch."""
        if not self._at_work:
            self._since = now
        self._at_work += 1

    def end(self, now: float) -> None:
        """Note that a searcher has finished one."""
        self._at_work -= 1
        if not self._at_work:
            self._seconds += now - self._since

    def take(self, now: float) -> float:
        """Return the seconds since the last call."""
        if self._at_work:
            self._seconds += now - self._since
            self._since = now
        seconds, self._seconds = self._seconds, 0.0
        return seconds
