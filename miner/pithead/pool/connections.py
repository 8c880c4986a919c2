"""The connections that are open: the one in use, one that is being tried, and those that wait for last answers."""

import asyncio
from collections.abc import Callable, Iterator

from pithead.pool.address import read_pin
from pithead.pool.events import PoolEvent
from pithead.pool.options import OptionsCell, PoolEntry
from pithead.pool.session import Place, Session
from pithead.pool.stream import open_stream
from pithead.stratum.dialect import Dialect


class Connections:
    """Opens and ends sessions, each with a serial number and a dialect of its own; iterates over the open ones."""

    def __init__(
        self,
        options: OptionsCell,
        new_dialect: Callable[[PoolEntry, int], Dialect],
        hear: Callable[[Session, PoolEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self._options = options
        self._new_dialect = new_dialect
        self._hear = hear
        self._clock = clock
        self._serial = 0
        self._working: set[Session] = set()
        self._parting: dict[Session, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter((*self._working, *self._parting))

    async def open(self, place: Place) -> Session:
        """Connect and begin to log in. Raises PoolError, or SettingsError for a pin or proxy that cannot be read."""
        pin = read_pin(place.entry.pin)
        stream = await open_stream(place.address, pin, self._options.value, public_only=place.public_only)
        self._serial += 1
        dialect = self._new_dialect(place.entry, self._serial)
        session = Session(place, stream, dialect, self._serial, self._options, self._hear, self._clock)
        self._working.add(session)
        return session

    def leave(self, session: Session, linger_seconds: float) -> None:
        """Take no more work from a connection; it closes when its shares are answered, or so much later."""
        if session in self._working:
            self._working.discard(session)
            parting = asyncio.create_task(session.part(linger_seconds))
            self._parting[session] = parting
            parting.add_done_callback(lambda _: self._parting.pop(session))

    async def close(self) -> None:
        """Close all of them now."""
        partings = tuple(self._parting.values())
        await asyncio.gather(*(session.close() for session in self))
        await asyncio.gather(*partings)
