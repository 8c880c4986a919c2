"""One connection's life: bytes from the stream to the dialect, its events to whoever listens, shares back."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from pithead.errors import PoolError, ProtocolError, Rejected
from pithead.pool.address import Address
from pithead.pool.events import Connected, DifficultyChanged, JobReceived, PoolEvent, PoolNotice, Submitted
from pithead.pool.move import grant_move
from pithead.pool.notices import NoticeLimit
from pithead.pool.options import OptionsCell, PoolEntry
from pithead.pool.stream import Stream
from pithead.stratum.dialect import (
    Dialect,
    DifficultySet,
    Event,
    Failed,
    Judged,
    MoveTo,
    NewJob,
    Notice,
    Ready,
    Send,
)
from pithead.work import Job, Outcome, Share, Verdict

LOGIN_SECONDS = 20.0
"""Until the login is accepted; less where `timeout` is less."""
STEADY_SECONDS = 60.0
"""A connection that stood this long was of use even without an accepted share."""
CHUNK_BYTES = 16 * 1024
"""Read at once before others have their turn: some milliseconds of parsing."""
WRITE_BYTES = 256 * 1024
"""Unsent bytes at which a pool that does not read is given up."""
JOBS_KNOWN = 1024
PING_WEIGHT = 0.2
"""Of the newest answer in the smoothed ping."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection goes: an entry of the list, and the address that it or a move gave."""

    entry: PoolEntry
    index: int
    configured: Address
    address: Address
    hops: int = 0
    """How many moves led here since a connection last was useful."""
    public_only: bool = False
    """A pool on the internet moved us here, so it must be on the internet too."""

    @property
    def moved(self) -> bool:
        """Whether the pool sent us here."""
        return self.address != self.configured

    @property
    def url(self) -> str:
        """The entry's URL as the user wrote it, or the address that the pool moved us to."""
        return str(self.address) if self.moved else self.entry.url


class Session:
    """A connection to a pool and what is known about it.

    `hear` gets its events. Every share handed to `deliver` gets a verdict there, the last of them from `close`.
    """

    def __init__(
        self,
        place: Place,
        stream: Stream,
        dialect: Dialect,
        connection: int,
        options: OptionsCell,
        hear: Callable[["Session", PoolEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self.place = place
        self.stream = stream
        self.connection = connection
        self.job: Job | None = None
        self.difficulty: float | None = None
        self.ping_seconds: float | None = None
        self.ready_at_seconds: float | None = None
        self.login_over = asyncio.Event()
        """The login was accepted, or never will be."""
        self.decided = asyncio.Event()
        """The login was accepted and there is a job, or there never will be."""
        self.move: tuple[Address, float] | None = None
        """Where the pool asked us to go and after how many seconds, once that was granted: `task` has ended for it."""
        self._dialect = dialect
        self._options = options
        self._hear = hear
        self._clock = clock
        self._retired = False
        self._closed = False
        self._closing: asyncio.Task[None] | None = None
        self._overflowed = False
        self._end: PoolError | None = None
        self._accepted = 0
        self._failed_in_row = 0
        self._sent: dict[int, tuple[Share, float]] = {}
        self._live: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self._forgot_live = False
        self._hello_at_seconds = 0.0
        self._heard_at = 0.0
        self._patience: asyncio.Timeout | None = None
        self.task = asyncio.create_task(self._run())
        """Speaks with the pool: done when that has moved us, PoolError when the connection is of no use any more."""
        self._notices = NoticeLimit(clock)

    @property
    def ready(self) -> bool:
        """Whether the login was accepted."""
        return self.ready_at_seconds is not None

    @property
    def useful(self) -> bool:
        """Whether it was worth connecting: a share accepted, or a minute of standing."""
        steady = self.ready_at_seconds is not None and self._clock() - self.ready_at_seconds >= STEADY_SECONDS
        return steady or self._accepted > 0

    @property
    def proven(self) -> bool:
        """Whether the login was accepted and there is a job."""
        return self.ready and self.job is not None

    @property
    def introduction(self) -> Connected:
        """The event that says with whom we are connected."""
        return Connected(self.place.url, self.place.entry.user, self.stream.peer, self.stream.tls)

    @property
    def has_unanswered(self) -> bool:
        """Whether shares wait for the pool's word."""
        return not self._closed and bool(self._dialect.unanswered)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._hello_at_seconds = self._clock()
        self._write(self._dialect.hello())
        try:
            async with asyncio.timeout(min(LOGIN_SECONDS, self._options.value.timeout)) as self._patience:
                while self.move is None:
                    await self._read_once()
                    self._heard_at = loop.time()
                    self.renew_patience()
        except TimeoutError:
            limit = self._options.value.timeout
            reason = f"no word from the pool for {limit:g} s" if self.ready else "no answer to the login"
            raise PoolError(reason) from None
        finally:
            self._patience = None
            self.login_over.set()
            self.decided.set()

    def renew_patience(self) -> None:
        """Reckon anew until when the pool may be silent: after data, and when the options have changed."""
        if self.ready and self._patience is not None:
            self._patience.reschedule(self._heard_at + self._options.value.timeout)

    def deliver(self, share: Share) -> None:
        """Submit a share of a job of this connection, or give the verdict that it is too late for it."""
        if self._closed or not self.ready:
            self._hear(self, Verdict(share, Outcome.STALE, "its connection had ended before it could be sent"))
        elif not self._is_live(share.job) and not self._options.value.send_stales:
            self._hear(self, Verdict(share, Outcome.STALE, "the pool had dropped its job before it could be sent"))
        else:
            self._sent[id(share)] = (share, self._clock())
            self._write(self._dialect.submit(share))
            self._hear(self, Submitted(share))

    async def flush(self) -> None:
        """Wait until the pool has taken most of what was sent, and let others run."""
        with suppress(OSError):
            await self.stream.writer.drain()
        await asyncio.sleep(0)

    async def part(self, seconds: float) -> None:
        """Take no more work, wait at most so long for the shares in flight to be answered, and close."""
        self._retired = True
        try:
            await self._stop()
            with suppress(PoolError, TimeoutError):
                async with asyncio.timeout(seconds):
                    while self.has_unanswered:
                        await self._read_once()
        finally:
            await self.close()

    async def close(self) -> None:
        """End the connection, however many ask for it; shares still unanswered are lost, each with a verdict."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._stop()
        self._closed = self._retired = True
        for share in self._dialect.unanswered:
            self._hear(self, Verdict(share, Outcome.LOST, "the connection ended before the pool answered"))
        await self.stream.close()

    async def _stop(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])
        if not self.task.cancelled():
            self.task.exception()  # it was told to whoever waited for it; here it only counts as seen
        self.login_over.set()
        self.decided.set()

    async def _read_once(self) -> None:
        try:
            data = await self.stream.reader.read(CHUNK_BYTES)
        except OSError as error:
            raise PoolError(self._why_ended(f"the connection broke: {error.strerror or error}")) from None
        if not data or self._closed:  # closed: the verdicts are given, more would be too many
            raise PoolError(self._why_ended("the pool closed the connection"))
        self._receive(data)
        # Reading what is already there does not yield: let others run, however fast the pool talks.
        await asyncio.sleep(0)

    def _why_ended(self, reason: str) -> str:
        return "the pool does not read what we send" if self._overflowed else reason

    def _write(self, data: bytes) -> None:
        transport = self.stream.writer.transport
        if transport.is_closing():
            return
        self.stream.writer.write(data)
        if transport.get_write_buffer_size() > WRITE_BYTES:
            self._overflowed = True
            transport.abort()

    def _receive(self, data: bytes) -> None:
        """Take all that the bytes mean before ending for any of it: verdicts may follow what ends the connection."""
        if self.ping_seconds is None:
            self._note_ping(self._clock() - self._hello_at_seconds)
        for event in self._dialect.receive(data):
            self._take(event)
        self._check_answers()
        if self._end is not None:
            raise self._end

    def _take(self, event: Event) -> None:
        match event:
            case Send(data):
                self._write(data)
            case Judged():
                self._judge(event)
            case Failed(reason, refused):
                self._end = self._end or (Rejected if refused else ProtocolError)(reason)
            case _ if self._retired:
                pass
            case NewJob(job):
                self._take_job(job)
            case DifficultySet(difficulty):
                self.difficulty = difficulty
                self._hear(self, DifficultyChanged(difficulty))
            case Ready():
                self._take_ready()
            case MoveTo():
                self._take_move(event)
            case Notice(text):
                self._notify(text)

    def _take_job(self, job: Job) -> None:
        if job.clean:
            self._live.clear()
            self._forgot_live = False
        self._live[job.id, job.fingerprint] = None
        if len(self._live) > JOBS_KNOWN:
            self._live.popitem(last=False)
            self._forgot_live = True
        self.job = job
        self.difficulty = job.difficulty
        if self.ready:
            self.decided.set()
        self._hear(self, JobReceived(job))

    def _is_live(self, job: Job) -> bool:
        # Of jobs too many to remember it is not known whether the pool has dropped them: it may judge them itself.
        return self._forgot_live or (job.id, job.fingerprint) in self._live

    def _take_ready(self) -> None:
        if self.ready:
            return
        self.ready_at_seconds = self._clock()
        self.login_over.set()
        if self.job is not None:
            self.decided.set()
        self._hear(self, self.introduction)

    def _take_move(self, wish: MoveTo) -> None:
        granted = grant_move(self.place.address, self.place.configured, wish)
        if isinstance(granted, str):
            self._notify(f"the pool asked us to reconnect elsewhere; ignored, since {granted}")
        elif self.move is None:
            self.move = granted, wish.wait_seconds

    def _judge(self, event: Judged) -> None:
        now = self._clock()
        latency = now - self._sent.pop(id(event.share), (event.share, now))[1]
        self._note_ping(latency)
        self._hear(self, Verdict(event.share, event.outcome, event.reason, event.code, latency))
        if event.outcome is Outcome.ACCEPTED:
            self._accepted += 1
            self._failed_in_row = 0
            return
        self._failed_in_row += 1
        if 0 < self._options.value.reconnect_on_fail_shares <= self._failed_in_row and not self._retired:
            reason = f"{self._failed_in_row} shares in a row failed, the last one with: {event.reason}"
            self._end = self._end or PoolError(reason)

    def _check_answers(self) -> None:
        """Leave a pool that talks but gives no work, or never judges it."""
        now, limit = self._clock(), self._options.value.timeout
        oldest = next(iter(self._sent.values()), None)
        if oldest is not None and now - oldest[1] > limit:
            self._end = self._end or PoolError(f"the pool has not answered a share for {limit:g} s")
        if self.job is None and self.ready_at_seconds is not None and now - self.ready_at_seconds > limit:
            self._end = self._end or PoolError(f"the pool has given no job for {limit:g} s")

    def _note_ping(self, seconds: float) -> None:
        before = self.ping_seconds
        self.ping_seconds = seconds if before is None else before + PING_WEIGHT * (seconds - before)

    def _notify(self, text: str) -> None:
        for sentence in self._notices.admit(text):
            self._hear(self, PoolNotice(sentence))
