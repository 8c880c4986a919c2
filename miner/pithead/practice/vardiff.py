"""Difficulty control: one share in so many seconds, per connection. Pure; time is passed in."""

SHARES_TO_JUDGE = 6
"""How many shares give a rate worth acting on (their count then has a standard deviation of about 40 %)."""

TOLERANCE = 0.5
"""How far from the aim the rate may be before the difficulty is touched, as a fraction."""

STEP_MAX = 8.0
"""The greatest factor of one change."""


class Vardiff:
    """Suggests a new difficulty from when shares came."""

    def __init__(self, share_seconds: float, difficulty: float, now: float) -> None:
        self._aim = share_seconds
        self.difficulty = difficulty
        self._since = now
        self._shares = 0

    def share(self, now: float) -> float | None:
        """Take note of an accepted share; return the new difficulty where it should change."""
        self._shares += 1
        return self._retarget(now) if self._shares >= SHARES_TO_JUDGE else None

    def idle(self, now: float) -> float | None:
        """Look at the clock; return the new difficulty where shares have become too rare."""
        overdue = now - self._since > 4 * self._aim * (self._shares + 1)
        return self._retarget(now) if overdue else None

    def _retarget(self, now: float) -> float | None:
        seconds = max(now - self._since, 1e-3)
        factor = self._aim * max(self._shares, 0.5) / seconds
        self._since, self._shares = now, 0
        if 1 - TOLERANCE <= factor <= 1 + TOLERANCE:
            return None
        self.difficulty *= min(max(factor, 1 / STEP_MAX), STEP_MAX)
        return self.difficulty
