"""The practice pool: a listening socket, a made-up chain, and a session for every connection."""

import asyncio
import contextlib
import math
import secrets
import ssl
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType

import pithead_kernels
from pithead.errors import SettingsError
from pithead.practice.chain import Chain, Template
from pithead.practice.conduct import Conduct, read_misbehaviour
from pithead.practice.house import House
from pithead.practice.ledger import Event, Ledger
from pithead.practice.mischief import ACTS
from pithead.practice.options import PracticeOptions
from pithead.practice.proof import default_way, hasher_of
from pithead.practice.session import Session
from pithead_kernels.algorithm import Algorithm

FIRST_SHARE_HASHES = 2**18
"""Without a fixed difficulty a session starts with shares of this many hashes: a core finds one within seconds."""

BLOCK_SHARES = 200
"""A made-up block takes as much work as this many of the hardest shares in use."""

NOTE = "a pool for practice and tests: its jobs are made up and it pays nothing"


class PracticePool:
    """A local pool on a real socket.

        async with PracticePool(PracticeOptions(algorithm="sha256d", difficulty=1e-4)) as pool:
            ...  # point a miner at pool.url
            await pool.wait_for("share", accepted=True, count=3)

    `now` gives unix time in seconds and `entropy` random bytes. Raises SettingsError for an unknown algorithm, an
    address that cannot be listened on or an unreadable certificate.
    """

    def __init__(
        self,
        options: PracticeOptions,
        *,
        now: Callable[[], float] = time.time,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.options = options
        self.algorithm = find_algorithm(options.algorithm)
        _check_difficulty(options)
        self.way = options.verify or default_way(self.algorithm)
        self._now = now
        self._started = now()
        self.ledger = Ledger(now)
        self._conduct = Conduct(options.misbehave)
        self._chain = Chain(self.algorithm.share_multiplier, entropy)
        self._sessions: dict[Session, dict[str, asyncio.Task[None]]] = {}
        self._serial = 0
        self._first_extranonce = int.from_bytes(entropy(4), "big")
        self._server: asyncio.Server | None = None
        self._clock: asyncio.Task[None] | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._template = self._chain.block(now(), self._network_difficulty)
        self._house = House(
            options=options,
            share_multiplier=self.algorithm.share_multiplier,
            conduct=self._conduct,
            ledger=self.ledger,
            hash_header=hasher_of(self.algorithm, self.way),
            now=now,
            entropy=entropy,
            first_difficulty=lambda: self.first_difficulty,
            current=lambda: self._template,
            new_block=self.new_block,
            seen=set(),
        )

    # ── Its life ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> "PracticePool":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        options = self.options
        try:
            tls = _tls_context(options)
            self._server = await asyncio.start_server(
                self._connected, options.host, options.port, limit=options.max_line_bytes, ssl=tls
            )
        except OSError as error:
            raise SettingsError(f"Cannot listen on {options.host}:{options.port}: {error}.") from error
        self._clock = asyncio.create_task(self._tick())
        self.ledger.record(
            "listening",
            url=self.url,
            host=options.host,
            port=self.port,
            algorithm=self.algorithm.name,
            difficulty=options.difficulty,
            verify=self.way,
            misbehave=dict(options.misbehave),
            note=NOTE,
        )

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._server is None:
            return
        self._server.close()
        for session in tuple(self._sessions):
            session.close("the practice pool stops")
        if self._clock:
            self._clock.cancel()
        tasks = [*self._serving, *([self._clock] if self._clock else [])]
        _, late = await asyncio.wait(tasks, timeout=2) if tasks else (set(), set())
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "it does not listen"
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The URL to give a miner."""
        scheme = "stratum+ssl" if self.options.tls_cert else "stratum+tcp"
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"{scheme}://{host}:{self.port}"

    # ── What it sees ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def counts(self) -> Counter[str]:
        """How often what happened; see `Ledger.counts`."""
        return self.ledger.counts

    @property
    def connected(self) -> int:
        """How many connections there are now."""
        return len(self._sessions)

    async def wait_for(
        self, kind: str, *, count: int = 1, timeout_seconds: float | None = 30.0, **fields: object
    ) -> list[Event]:
        """Return the first `count` events of a kind with these fields, past ones included; may raise TimeoutError."""
        return await self.ledger.wait_for(kind, count, timeout_seconds, fields)

    def summary(self) -> dict[str, object]:
        """Return what has happened since the start, in one row."""
        seconds = max(self._now() - self._started, 1e-9)
        hashes = self.ledger.work * 2**32 / self.algorithm.share_multiplier
        shown = (
            "connected",
            "accepted",
            "stale",
            "duplicate",
            "low_difficulty",
            "otherwise_rejected",
            "block",
            "jobs",
        )
        return {
            "seconds": round(seconds, 3),
            **{name: self.counts[name] for name in shown},
            "best_difficulty": self.ledger.best_difficulty,
            "estimated_hashrate": round(hashes / seconds, 1),
        }

    # ── What it can be told ──────────────────────────────────────────────────────────────────────────────────────

    def new_job(self) -> None:
        """Issue a new job on the same block to everyone."""
        self._issue(self._chain.job(self._now(), self._network_difficulty), clean=False)

    def new_block(self) -> None:
        """Issue a job on a new block to everyone: earlier ones are stale."""
        self._house.seen.clear()
        self._issue(self._chain.block(self._now(), self._network_difficulty), clean=True)

    def set_difficulty(self, difficulty: float) -> None:
        """State a difficulty to everyone, for the jobs to come."""
        for session in self._begun():
            session.set_difficulty(difficulty)

    def drop_connections(self) -> None:
        """Close every connection."""
        for session in tuple(self._sessions):
            session.close("dropped on request")

    def misbehave(self, text: str) -> None:
        """Switch misbehaviour on: `NAME[=VALUE],...`; raises SettingsError."""
        wanted = read_misbehaviour(text)
        self._conduct.begin(wanted)
        for session in self._begun():
            self._start_acts(session, tuple(wanted))

    def behave(self, *names: str) -> None:
        """Switch misbehaviour off: these names, or all."""
        gone = names or tuple(self._conduct)
        self._conduct.end(gone)
        for acts in self._sessions.values():
            for name in gone:
                if task := acts.pop(name, None):
                    task.cancel()

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def first_difficulty(self) -> float:
        """The difficulty that a session starts with."""
        return self.options.difficulty or FIRST_SHARE_HASHES * self.algorithm.share_multiplier / 2**32

    @property
    def _network_difficulty(self) -> float:
        hardest = max((session.difficulty for session in self._sessions), default=self.first_difficulty)
        return self.options.network_difficulty or BLOCK_SHARES * hardest

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._sessions) >= self.options.max_connections:
            writer.close()
            return
        self._serial += 1
        extranonce1 = (self._first_extranonce + self._serial) % 2**32
        session = Session(self._house, self._serial, extranonce1.to_bytes(4, "big"), reader, writer, self._start_acts)
        self._sessions[session] = {}
        self._serving.add(task)
        try:
            await session.run()
        finally:
            for act in self._sessions.pop(session).values():
                act.cancel()
            self._serving.discard(task)

    def _begun(self) -> list[Session]:
        return [session for session in self._sessions if session.begun]

    def _issue(self, template: Template, *, clean: bool) -> None:
        self._template = template
        self.ledger.record("job", height=template.height, previous=template.previous[::-1].hex(), clean=clean)
        for session in self._begun():
            session.issue(template, clean=clean)

    def _start_acts(self, session: Session, names: tuple[str, ...] = ()) -> None:
        acts = self._sessions[session]
        for name in names or tuple(self._conduct):
            if name in ACTS:
                if earlier := acts.pop(name, None):
                    earlier.cancel()
                acts[name] = asyncio.create_task(self._act(session, name))

    async def _act(self, session: Session, name: str) -> None:
        session.record("misbehaviour", name=name, value=self._conduct.value(name))
        with contextlib.suppress(ConnectionError):  # the client has gone: its session says so
            await ACTS[name](session, self._conduct.value(name), self._sibling)

    def _sibling(self) -> Template:
        return self._chain.job(self._now(), self._network_difficulty)

    async def _tick(self) -> None:
        started = self._now()
        while True:
            await asyncio.sleep(self.options.job_seconds)
            if self._now() - started >= self.options.block_seconds:
                started = self._now()
                self.new_block()
            else:
                self.new_job()
            for session in self._begun():
                session.idle()


def find_algorithm(name: str) -> Algorithm:
    """Return an algorithm by its name; raises SettingsError with the nearest one."""
    try:
        return pithead_kernels.find(name)
    except LookupError as error:
        raise SettingsError(str(error.args[0]) if error.args else f"Unknown algorithm '{name}'.") from error


def _check_difficulty(options: PracticeOptions) -> None:
    for difficulty in (options.difficulty, options.network_difficulty):
        if difficulty is not None and not (math.isfinite(difficulty) and difficulty > 0):
            raise SettingsError(f"A difficulty is a number above 0, not {difficulty}.")


def _tls_context(options: PracticeOptions) -> ssl.SSLContext | None:
    if not options.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(options.tls_cert, options.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"Cannot use the certificate {options.tls_cert}: {error}.") from error
    return context
