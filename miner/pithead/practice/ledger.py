"""What happened in a practice pool: events kept, counted and waited for."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT_EVENTS = 10_000

REFUSALS = {21: "stale", 22: "duplicate", 23: "low_difficulty"}
"""How shares refused with these error codes are counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: its kind, when (unix seconds), and what belongs to it."""

    kind: str
    at: float
    fields: dict[str, object]

    def __getitem__(self, name: str) -> object:
        return self.fields[name]

    def matches(self, kind: str, fields: dict[str, object]) -> bool:
        """Whether it is of that kind and has at least these fields."""
        return self.kind == kind and all(self.fields.get(name) == value for name, value in fields.items())


@dataclass(slots=True)
class _Waiter:
    kind: str
    fields: dict[str, object]
    count: int
    found: list[Event]
    done: asyncio.Future[None]


class Ledger:
    """Records events, tells listeners, and lets tests wait for them."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._waiters: list[_Waiter] = []
        self.listeners: list[Callable[[Event], None]] = []
        self.counts: Counter[str] = Counter()
        """Every kind of event by its name, and: jobs (sent), accepted, and of the refused shares stale, duplicate,
        low_difficulty and otherwise_rejected."""
        self.work = 0.0
        """The sum of the difficulties that accepted shares were asked for."""
        self.best_difficulty = 0.0

    @property
    def events(self) -> tuple[Event, ...]:
        """The newest events, oldest first."""
        return tuple(self._events)

    def record(self, kind: str, **fields: object) -> None:
        """Record an event."""
        event = Event(kind, self._now(), fields)
        self._events.append(event)
        self.counts[kind] += 1
        if kind == "share":
            code = fields.get("code")
            refusal = REFUSALS.get(code, "otherwise_rejected") if isinstance(code, int) else "accepted"
            self.counts[refusal] += 1
        for listener in self.listeners:
            listener(event)
        for waiter in self._waiters:
            if event.matches(waiter.kind, waiter.fields) and not waiter.done.done():
                waiter.found.append(event)
                if len(waiter.found) >= waiter.count:
                    waiter.done.set_result(None)

    def count_work(self, asked: float, reached: float) -> None:
        """Count an accepted share: the difficulty that was asked for and the one that it reached."""
        self.work += asked
        self.best_difficulty = max(self.best_difficulty, reached)

    async def wait_for(
        self, kind: str, count: int, timeout_seconds: float | None, fields: dict[str, object]
    ) -> list[Event]:
        """Return the first `count` events of that kind with these fields, past ones included; may raise TimeoutError."""
        found = [event for event in self._events if event.matches(kind, fields)][:count]
        if len(found) == count:
            return found
        waiter = _Waiter(kind, fields, count, found, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout_seconds):
                await waiter.done
        except TimeoutError:
            wanted = f"{count} x {kind} {fields or ''}".rstrip()
            raise TimeoutError(
                f"{wanted}: only {len(found)} within {timeout_seconds} s; counted so far: {dict(self.counts)}"
            ) from None
        finally:
            self._waiters.remove(waiter)
        return found
