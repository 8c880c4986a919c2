"""A bound on how often a pool may speak to a person."""

from collections.abc import Callable

NOTICES = 5
NOTICE_SECONDS = 10.0


class NoticeLimit:
    """Lets through NOTICES texts in every NOTICE_SECONDS and says how many it held back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since_seconds = clock()
        self._count = 0

    def admit(self, text: str) -> list[str]:
        """Return what is to be told now: the text, nothing, or the number held back and the text."""
        told = []
        if self._clock() - self._since_seconds >= NOTICE_SECONDS:
            if self._count > NOTICES:
                told.append(f"{self._count - NOTICES} more notices from the pool were left out")
            self._since_seconds, self._count = self._clock(), 0
        self._count += 1
        return [*told, text] if self._count <= NOTICES else told
