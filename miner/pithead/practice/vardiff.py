"""Difficulty control: one share in so many seconds, per connection. Pure; time is passed in."""

SHARES_TO_JUDGE = 6
"""How many shares give a rate worth acting on (their count then has a standard deviation of about 40 %)."""

TOLERANCE = 0.5
"""How far from the aim the rate may be before the difficulty is touched, as a fraction."""

STEP_MAX = 8.0
"""The greatest factor of one change."""


class Vardiff:
    """Suggests a new difficulty from the work that shares prove."""

    def __init__(self, share_seconds: float, difficulty: float, now: float) -> None:
        self._aim_seconds = share_seconds
        self.difficulty = difficulty
        self._since = now
        self._shares = 0
        self._work = 0.0
        """The sum of the shares' difficulties: those of earlier, easier jobs come in for a while after a change."""

    def share(self, difficulty: float, now: float) -> float | None:
        """Take note of an accepted share and what was asked of it; return the new difficulty where it should change."""
        self._shares += 1
        self._work += difficulty
        return self._retarget(now) if self._shares >= SHARES_TO_JUDGE else None

    def idle(self, now: float) -> float | None:
        """Look at the clock; return the new difficulty where shares have become too rare."""
        overdue = now - self._since > 4 * self._aim_seconds * (self._shares + 1)
        return self._retarget(now) if overdue else None

    def _retarget(self, now: float) -> float | None:
        seconds = max(now - self._since, 1e-3)
        work = self._work or self.difficulty / 2  # none yet: half a share is as good a guess as any
        factor = work / seconds * self._aim_seconds / self.difficulty
        self._since, self._shares, self._work = now, 0, 0.0
        if 1 - TOLERANCE <= factor <= 1 + TOLERANCE:
            return None
        self.difficulty *= min(max(factor, 1 / STEP_MAX), STEP_MAX)
        return self.difficulty
