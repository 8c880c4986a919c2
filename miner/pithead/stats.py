"""Hashrates and share counts. Pure: whoever records or reads says what time it is (a monotonic clock's seconds)."""

from array import array
from dataclasses import dataclass, field, replace

from pithead.work import Outcome, Share, Verdict

INSTANT_SECONDS = 5
MINUTE, HOUR, DAY = 60, 3600, 86400


class _Ring:
    """Counts in equal slots of time, the last `slots` of them; memory does not grow."""

    def __init__(self, slot_seconds: int, slots: int) -> None:
        self._slot_seconds = slot_seconds
        self._counts = array("Q", bytes(8 * slots))
        self._newest = -1

    def add(self, count: int, now: float) -> None:
        slot = self._advance(now)
        self._counts[slot % len(self._counts)] += count

    def total(self, window_seconds: float, now: float) -> tuple[int, int]:
        """Return the sum of the whole slots in the window, and how many seconds they are; the running slot is left out."""
        slot = self._advance(now)
        slots = min(len(self._counts) - 1, max(1, round(window_seconds / self._slot_seconds)))
        first = max(0, slot - slots)
        counts = sum(self._counts[index % len(self._counts)] for index in range(first, slot))
        return counts, slots * self._slot_seconds

    def _advance(self, now: float) -> int:
        slot = int(now // self._slot_seconds)
        if slot > self._newest:
            for index in range(max(self._newest + 1, slot - len(self._counts) + 1), slot + 1):
                self._counts[index % len(self._counts)] = 0
            self._newest = slot
        return self._newest


class Meter:
    """Counts over sliding windows of up to a day: by the second for the last hour, by the minute for the day."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._seconds = _Ring(1, HOUR + 2)
        self._minutes = _Ring(MINUTE, DAY // MINUTE + 2)
        self.count = 0

    def add(self, count: int, now: float) -> None:
        """Record that something was counted just now."""
        self.count += count
        self._seconds.add(count, now)
        self._minutes.add(count, now)

    def per_second(self, window_seconds: float, now: float) -> float:
        """Return the average rate over the window, or over the time since the start where that is shorter."""
        elapsed = now - self._started
        if window_seconds >= elapsed:
            return self.count / elapsed if elapsed > 0 else 0.0
        ring = self._seconds if window_seconds <= HOUR else self._minutes
        total, seconds = ring.total(window_seconds, now)
        return total / seconds


@dataclass(frozen=True, slots=True)
class ShareCounts:
    """Shares by what became of them; `invalid` ones failed our own check and never reached a pool."""

    accepted: int = 0
    rejected: int = 0
    stale: int = 0
    lost: int = 0
    invalid: int = 0
    solved: int = 0
    """Accepted shares that were blocks."""
    last_difficulty: float = 0.0
    last_at: float | None = None
    """When the last share was judged, on the clock the stats are fed with."""
    best_difficulty: float = 0.0
    best_at: float | None = None

    def judged(self, outcome: Outcome, share: Share, now: float) -> "ShareCounts":
        """Return the counts with one more verdict."""
        counts = replace(self, last_difficulty=share.difficulty, last_at=now)
        if share.difficulty > self.best_difficulty:
            counts = replace(counts, best_difficulty=share.difficulty, best_at=now)
        match outcome:
            case Outcome.ACCEPTED:
                return replace(counts, accepted=self.accepted + 1, solved=self.solved + share.is_block)
            case Outcome.REJECTED:
                return replace(counts, rejected=self.rejected + 1)
            case Outcome.STALE:
                return replace(counts, stale=self.stale + 1)
            case Outcome.LOST:
                return replace(counts, lost=self.lost + 1)


@dataclass(frozen=True, slots=True)
class Rates:
    """Hashes per second over the usual windows."""

    instant: float = 0.0
    average: float = 0.0
    """Over the window of the setting hashrate-avr."""
    minute: float = 0.0
    hour: float = 0.0
    day: float = 0.0


@dataclass(frozen=True, slots=True)
class DeviceSnapshot:
    """One device's figures at one moment."""

    device_id: int
    hashes: int
    rates: Rates
    shares: ShareCounts
    restarts: int
    potentially_unstable: bool
    """It has returned a nonce that the CPU did not confirm."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All figures at one moment."""

    uptime_seconds: float
    hashes: int
    rates: Rates
    shares: ShareCounts
    shares_per_minute: float
    """Accepted shares over the last minute."""
    shares_per_minute_average: float
    """Accepted shares per minute over the window of the setting sharerate-avr."""
    accepted_work_hashes: float
    """Hashes that the accepted shares stand for: the sum of 2^256 / (target + 1)."""
    devices: tuple[DeviceSnapshot, ...] = field(default=())


class _DeviceStats:
    def __init__(self, now: float) -> None:
        self.meter = Meter(now)
        self.shares = ShareCounts()
        self.restarts = 0


class Stats:
    """What the miner has done since it started."""

    def __init__(self, device_ids: list[int], now: float) -> None:
        self._started = now
        self._devices = {device_id: _DeviceStats(now) for device_id in device_ids}
        self._meter = Meter(now)
        self._accepted = Meter(now)
        self._shares = ShareCounts()
        self._work = 0.0

    def hashed(self, device_id: int, hashes: int, now: float) -> None:
        """Record hashes done by a device."""
        self._devices[device_id].meter.add(hashes, now)
        self._meter.add(hashes, now)

    def judged(self, verdict: Verdict, now: float) -> None:
        """Record a verdict on a share."""
        device = self._devices[verdict.share.device_id]
        device.shares = device.shares.judged(verdict.outcome, verdict.share, now)
        self._shares = self._shares.judged(verdict.outcome, verdict.share, now)
        if verdict.outcome is Outcome.ACCEPTED:
            self._accepted.add(1, now)
            self._work += 2.0**256 / (verdict.share.job.target + 1)

    def found_invalid(self, device_id: int) -> None:
        """Record a nonce that failed our own check."""
        device = self._devices[device_id]
        device.shares = replace(device.shares, invalid=device.shares.invalid + 1)
        self._shares = replace(self._shares, invalid=self._shares.invalid + 1)

    def restarted(self, device_id: int) -> None:
        """Record that a device's worker had to be started again."""
        self._devices[device_id].restarts += 1

    def snapshot(self, now: float, average_seconds: int = 60, sharerate_seconds: int = 600) -> Snapshot:
        """Return all figures as of now."""
        return Snapshot(
            uptime_seconds=now - self._started,
            hashes=self._meter.count,
            rates=_rates(self._meter, average_seconds, now),
            shares=self._shares,
            shares_per_minute=60 * self._accepted.per_second(MINUTE, now),
            shares_per_minute_average=60 * self._accepted.per_second(sharerate_seconds, now),
            accepted_work_hashes=self._work,
            devices=tuple(
                DeviceSnapshot(
                    device_id=device_id,
                    hashes=device.meter.count,
                    rates=_rates(device.meter, average_seconds, now),
                    shares=device.shares,
                    restarts=device.restarts,
                    potentially_unstable=device.shares.invalid > 0,
                )
                for device_id, device in self._devices.items()
            ),
        )


def _rates(meter: Meter, average_seconds: int, now: float) -> Rates:
    return Rates(
        instant=meter.per_second(INSTANT_SECONDS, now),
        average=meter.per_second(average_seconds, now),
        minute=meter.per_second(MINUTE, now),
        hour=meter.per_second(HOUR, now),
        day=meter.per_second(DAY, now),
    )
