"""The pool side as one thing: always on the best pool that can be had, jobs out of it, shares into it."""

import asyncio
import random as random_numbers
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pithead.errors import PoolError, Rejected, SettingsError
from pithead.pool.address import read_address
from pithead.pool.connections import Connections
from pithead.pool.events import (
    Connected,
    Connecting,
    DifficultyChanged,
    Disconnected,
    JobReceived,
    PoolEvent,
    PoolNotice,
    PoolState,
    Submitted,
    Switched,
    SwitchReason,
)
from pithead.pool.options import OptionsCell, PoolEntry, Way, ways_to
from pithead.pool.retry import Attempts
from pithead.pool.session import Place, Session
from pithead.stratum.dialect import Dialect
from pithead.work import Job, Latest, Outcome, Share, Verdict

LINGER_SECONDS = 3.0
"""How long a pool that we leave may still answer the shares in flight."""
MAX_HOPS = 2
"""A pool that moves us more often than this without giving work counts as failed."""
MAX_MOVE_SECONDS = 60.0
"""The longest wait that a pool may ask for before we connect where it sends us."""
MOVE_SPREAD_SECONDS = 1.0
"""A move is up to this much later than asked for: the pool may have sent it to thousands at once."""
PROBE_SPREAD = 0.1
"""Probes of the main pool are up to this part later, so that a fleet does not return in one second."""


class Pool:
    """Keeps a connection to the best pool of the list, whatever happens.

    Jobs go into the cell `jobs` (None while there is nothing to work for), shares come out of the queue `shares`;
    each gets exactly one `Verdict`. `sink` hears every event and must neither block nor raise. A dialect is made
    afresh for every connection, with the connection's serial number.
    """

    def __init__(
        self,
        options: OptionsCell,
        new_dialect: Callable[[PoolEntry, int], Dialect],
        jobs: Latest[Job | None],
        shares: asyncio.Queue[Share],
        sink: Callable[[PoolEvent], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_numbers.random,
    ) -> None:
        self._options = options
        self._new_dialect = new_dialect
        self._jobs = jobs
        self._shares = shares
        self._sink = sink
        self._clock = clock
        self._random = random
        self._attempts = Attempts()
        self._connections = Connections(options, new_dialect, self._hear, clock)
        self._place: Place | None = None
        self._current: Session | None = None
        self._judged: Latest[None] = Latest(None)
        self._called = asyncio.Event()
        self._worked_at = ""
        self._switch_reason = SwitchReason.FAILOVER
        self._last_submit_seconds: float | None = None

    @property
    def state(self) -> PoolState:
        """How things stand now."""
        place, session = self._place, self._current
        if place is None:
            return PoolState(waiting=not self._options.value.pools, last_submit_seconds=self._last_submit_seconds)
        connected = session is not None and session.ready
        return PoolState(
            connected=connected,
            url=place.url,
            user=place.entry.user,
            worker=place.entry.worker,
            index=place.index,
            retries=0 if connected else self._attempts.here,
            scheme=place.address.scheme,
            tls=session.stream.tls if session else "",
            difficulty=(session.difficulty or 0.0) if session else 0.0,
            ping_seconds=session.ping_seconds if session else None,
            last_submit_seconds=self._last_submit_seconds,
            connected_since_seconds=session.ready_at_seconds if session else None,
        )

    async def run(self) -> None:
        """Mine at the pools until cancelled; raises PoolError only where exit_on_connection_lost asks for it.

        Without pools it waits for options that have some. What is unsent or unanswered at the end is lost, each
        share with its verdict.
        """
        delivery = asyncio.create_task(self._deliver_shares())
        try:
            await self._follow_options(delivery)
        finally:
            await _cancel(delivery)
            await self._connections.close()
            while not self._shares.empty():
                self._judge(self._shares.get_nowait(), Outcome.LOST, "the miner stopped before it could be sent")
                self._shares.task_done()

    def reconnect(self) -> None:
        """Connect anew to the first pool: for changes that only the maker of dialects knows of (the algorithm)."""
        self._called.set()

    async def drain(self, seconds: float) -> None:
        """Send the queued shares and wait for every verdict, at most this long; `run` must be running, and goes on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._shares.join()
                while any(session.has_unanswered for session in self._connections):
                    await self._judged.newer(self._judged.serial)

    async def _deliver_shares(self) -> None:
        while True:
            share = await self._shares.get()
            try:
                await self._deliver(share)
            finally:
                self._shares.task_done()

    async def _deliver(self, share: Share) -> None:
        """Hand a share to the connection that its job came by, once that has a login, or to none."""
        session = self._current
        if session is not None and session.connection == share.job.connection:
            try:
                await session.login_over.wait()
            except asyncio.CancelledError:
                self._judge(share, Outcome.LOST, "the miner stopped before it could be sent")
                raise
            if session is self._current:
                session.deliver(share)
                await session.flush()
                return
        self._judge(share, Outcome.STALE, "the connection that its job came by is gone")

    def _judge(self, share: Share, outcome: Outcome, reason: str) -> None:
        self._sink(Verdict(share, outcome, reason))

    async def _follow_options(self, delivery: asyncio.Task[None]) -> None:
        """Follow the list of pools, from its start again whenever the options lead elsewhere.

        Ends only with an error: that of the list, or of `delivery`, without which there is no point in going on.
        """
        while True:
            self._called.clear()
            following = asyncio.create_task(self._follow_list())
            led = asyncio.create_task(self._await_other_way(self._options.serial, ways_to(self._options.value)))
            called = asyncio.create_task(_wait_for(self._called))
            tasks = (following, led, called, delivery)
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                left = self._current.place.url if self._current else ""
            finally:
                await _cancel(following, led, called)
            for task in done:
                task.result()
            self._attempts = Attempts()
            self._switch_reason = SwitchReason.SETTINGS
            if left:
                self._sink(Disconnected(left, "the settings have changed", 0.0, self._next_url()))

    async def _await_other_way(self, serial: int, ways: tuple[Way, ...]) -> None:
        """Apply options as they change; return when they lead elsewhere than where we are."""
        while True:
            serial, options = await self._options.newer(serial)
            before, ways = ways, ways_to(options)
            on_main = self._current is not None and self._current.place.index == 0
            if ways != before and not (on_main and ways[:1] == before[:1]):
                return
            for session in self._connections:
                session.renew_patience()
            if self._current is None:
                self._take_away_job()  # keep_gpu_busy may have been switched off

    async def _follow_list(self) -> None:
        """Make attempt after attempt at the pools of the list; raises PoolError when that is to end."""
        try:
            if not self._options.value.pools:
                self._place = None
                self._jobs.set(None)
                await asyncio.Event().wait()
            place: Place | None = None
            while True:
                place = await self._attempt(place)
        finally:
            for session in self._connections:
                self._leave(session, LINGER_SECONDS)

    async def _attempt(self, place: Place | None) -> Place | None:
        """Connect to a place, or the next of the list, and work there while that goes well.

        Returns, after the pause there has to be, the place where the pool has moved us or None.
        """
        url = place.url if place else self._next_url()
        self._worked_at = self._worked_at or url
        self._sink(Connecting(url, self._attempts.here + 1))
        try:
            self._place = place or self._find_place(self._attempts.index)
            self._current = await self._connections.open(self._place)
            return await self._follow_move(await self._work(self._current))
        except (PoolError, SettingsError) as error:
            await self._recover(self._current, url, error)
            return None

    async def _work(self, session: Session) -> Session:
        """Work until the pool moves us; returns that connection. On a backup, go back to the main pool when it answers.

        Raises PoolError when the connection is of no use any more.
        """
        while True:
            probing = asyncio.create_task(self._probe_main()) if session.place.index else None
            tasks: list[asyncio.Task[Any]] = [session.task, *([probing] if probing else [])]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if probing:
                    await _cancel(probing)
            if probing is None or probing.cancelled():
                session.task.result()
                return session
            session = self._promote(probing.result())

    async def _recover(self, session: Session | None, url: str, error: Exception) -> None:
        """Count a failure and wait before the next attempt; raises PoolError where there shall be none."""
        options, attempts, pool_count = self._options.value, self._attempts, len(self._options.value.pools)
        if session is not None:
            url = session.place.url
            self._leave(session, 0.0)
        if session is not None and session.useful:
            attempts.succeed(session.place.index)
        else:
            attempts.fail(pool_count, options.retries, hopeless=isinstance(error, Rejected))
        if options.exit_on_connection_lost and attempts.exhausted(pool_count):
            self._sink(Disconnected(url, str(error), 0.0, ""))
            raise PoolError(f"every pool has failed; the last one, {url}: {error}") from error
        pause = attempts.pause_seconds(pool_count, options.retry_pause, self._random)
        self._sink(Disconnected(url, str(error), pause, self._next_url()))
        await asyncio.sleep(pause)

    async def _follow_move(self, session: Session) -> Place:
        """Leave a connection for where the pool wants us, after the time it asked for."""
        place = _moved_place(session)
        wait_seconds = session.move[1] if session.move else 0.0
        pause = min(max(wait_seconds, 0.0), MAX_MOVE_SECONDS) + self._random() * MOVE_SPREAD_SECONDS
        self._leave(session, LINGER_SECONDS)
        reason = f"the pool asked us to reconnect to {place.address}"
        self._sink(Disconnected(session.place.url, reason, pause, place.url))
        await asyncio.sleep(pause)
        return place

    async def _probe_main(self) -> Session:
        """Try the main pool now and then; return the first connection to it that has a login and a job."""
        while True:
            await self._wait_until_probe()
            try:
                return await self._prove(self._find_place(0))
            except (PoolError, SettingsError) as error:
                self._sink(PoolNotice(f"the main pool {self._options.value.pools[0].url} is not back yet: {error}"))

    async def _wait_until_probe(self) -> None:
        loop = asyncio.get_running_loop()
        since, spread = loop.time(), 1 + PROBE_SPREAD * self._random()
        while True:
            serial, period = self._options.serial, self._options.value.back_to_main_pool_sec
            left = since + period * spread - loop.time() if period > 0 else None
            if left is not None and left <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._options.newer(serial)

    async def _prove(self, place: Place) -> Session:
        """Connect and wait for login and first job, moved on by the pool or not; raises PoolError."""
        session = await self._connections.open(place)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.value.timeout):
                    await session.decided.wait()
            if session.proven and session.move is None:
                return session
            if session.move is None:
                if session.task.done():
                    session.task.result()
                raise PoolError("it has no job for us")
        except BaseException:
            self._leave(session, 0.0)
            raise
        self._leave(session, 0.0)
        return await self._prove(_moved_place(session))

    def _promote(self, session: Session) -> Session:
        """Work on a proven connection to the main pool instead of the current one, without a gap."""
        before, self._current, self._place = self._current, session, session.place
        self._attempts.succeed(session.place.index)
        self._jobs.set(session.job)
        self._switch_reason = SwitchReason.MAIN_RETURNED
        self._announce(session)
        if before is not None:
            self._leave(before, LINGER_SECONDS)
        return session

    def _leave(self, session: Session, linger_seconds: float) -> None:
        if session is self._current:
            self._current = None
            self._take_away_job()
        self._connections.leave(session, linger_seconds)

    def _take_away_job(self) -> None:
        if self._jobs.value is not None and not self._options.value.keep_gpu_busy:
            self._jobs.set(None)

    def _find_place(self, index: int) -> Place:
        entry = self._options.value.pools[index]
        address = read_address(entry.url)
        return Place(entry, index, address, address)

    def _next_url(self) -> str:
        pools = self._options.value.pools
        return pools[self._attempts.index].url if pools else ""

    def _hear(self, session: Session, event: PoolEvent) -> None:
        """Pass on what a connection tells; of one that is not the current one, only the verdicts."""
        if isinstance(event, Verdict):
            self._sink(event)
            self._judged.set(None)
        elif session is not self._current:
            return
        elif isinstance(event, Connected):
            self._announce(session)
        else:
            if isinstance(event, JobReceived):
                self._jobs.set(event.job)
            elif isinstance(event, Submitted):
                self._last_submit_seconds = self._clock()
            # Work may begin before the login is accepted; for a person it begins with `Connected`.
            if session.ready or isinstance(event, PoolNotice):
                self._sink(event)

    def _announce(self, session: Session) -> None:
        url = session.place.url
        self._sink(session.introduction)
        if url != self._worked_at:
            reason = SwitchReason.MOVED if session.place.moved else self._switch_reason
            self._sink(Switched(self._worked_at, url, reason))
        self._worked_at, self._switch_reason = url, SwitchReason.FAILOVER
        if session.difficulty is not None:
            self._sink(DifficultyChanged(session.difficulty))
        if session.job is not None:
            self._sink(JobReceived(session.job))


def _moved_place(session: Session) -> Place:
    """Return where a pool has moved us; raises PoolError when it only moves us on and on."""
    hops = 1 if session.useful else session.place.hops + 1
    if session.move is None or hops > MAX_HOPS:
        raise PoolError("it only sends us on to other addresses")
    return replace(session.place, address=session.move[0], hops=hops, public_only=session.stream.is_public)


async def _wait_for(event: asyncio.Event) -> None:
    await event.wait()


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
