"""What to tell a worker so that it always has enough of the newest job. Pure: no process, no clock."""

from dataclasses import dataclass

from pithead.devices.lease import SearchSpace
from pithead.devices.wire import Drop, Order, Progress, Search
from pithead.work import Job, Unit

AHEAD_SECONDS = 1.0
"""A worker is given more when what it has lasts less than this; a unit lasts about as long."""

FIRST_COUNT = 1 << 18
"""Nonces in a unit as long as the speed is unknown."""

UNITS_MAX = 16
"""A worker never has more units: a flood of jobs waits here, where the newest replaces the others."""

RATE_DECAY = 0.25
"""Weight of a report slower than the rate known so far; a faster one counts at once, for too much work ahead does no harm."""


@dataclass(slots=True)
class _Given:
    unit: Unit
    left: int
    """Nonces not reported as tried."""


class Feed:
    """The units that one device's worker has, and what it should get next."""

    def __init__(self, space: SearchSpace) -> None:
        self.exhausted = False
        """Whether nothing is left to lease of the job."""
        self._space = space
        self._job: Job | None = None
        self._units: dict[int, _Given] = {}
        self._first_of_job = 0
        self._next_serial = 0
        self._rates: dict[str, float] = {}

    @property
    def outstanding(self) -> bool:
        """Whether the worker has units, so that something must be heard of it."""
        return bool(self._units)

    @property
    def ahead(self) -> int:
        """How many nonces of the current job the worker has and has not reported."""
        return sum(given.left for serial, given in self._units.items() if serial >= self._first_of_job)

    def direct(self, job: Job | None) -> list[Order]:
        """Return what to tell the worker so that it works on `job` and on nothing else; None lets it rest."""
        orders: list[Order] = []
        if job is not self._job:
            if self.ahead:
                orders.append(Drop())
            self._first_of_job = self._next_serial
            self._job = job
            self.exhausted = False
        if job is not None:
            orders += self._lease(job)
        return orders

    def progress(self, word: Progress) -> int:
        """Take in a report; return how many nonces it says were tried. KeyError where it names a unit nobody gave."""
        hashes = 0
        for serial, count in word.hashes:
            self._units[serial].left -= count
            hashes += count
        if hashes and word.seconds > 0:
            algorithm = self._units[word.hashes[-1][0]].unit.job.algorithm
            rate, known = hashes / word.seconds, self._rates.get(algorithm, 0.0)
            self._rates[algorithm] = rate if rate > known else known + RATE_DECAY * (rate - known)
        for serial in word.closed:
            del self._units[serial]
        return hashes

    def unit(self, serial: int) -> Unit:
        """Return a unit that the worker has; KeyError where it has it not."""
        return self._units[serial].unit

    def forget(self) -> None:
        """The worker is gone, and its units with it; they are not leased again."""
        self._units.clear()
        self._first_of_job = self._next_serial
        self._job = None

    def _lease(self, job: Job) -> list[Order]:
        rate = self._rates.get(job.algorithm)
        enough = FIRST_COUNT if rate is None else max(1, int(rate * AHEAD_SECONDS))
        ahead = self.ahead
        orders: list[Order] = []
        while ahead < enough and len(self._units) < UNITS_MAX and not self.exhausted:
            unit = self._space.lease(job, enough)
            if unit is None:
                self.exhausted = True
                break
            serial = self._next_serial
            self._next_serial += 1
            self._units[serial] = _Given(unit, unit.count)
            ahead += unit.count
            orders.append(Search(serial, job.algorithm, unit.header.hex(), unit.start, unit.count, job.target))
        return orders
