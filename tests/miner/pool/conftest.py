"""A pool of our own on a real socket, with a protocol of a few words, and a miner's pool side that talks to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pithead.errors import PoolError
from pithead.pool import Pool
from pithead.stratum.dialect import DifficultySet, Event, Failed, Judged, MoveTo, NewJob, Notice, Ready, Send
from pithead.work import Job, Latest, Outcome, Share, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeJob(Job):
    @property
    def rolls(self) -> int:
        return 1

    def header(self, roll: int) -> bytes:
        return bytes(80)

    @property
    def fingerprint(self) -> bytes:
        return self.id.encode()


@dataclass(frozen=True)
class Entry:
    url: str
    user: str = "wallet"
    password: str = "x"
    worker: str = "rig"
    pin: str = ""


@dataclass(frozen=True)
class Options:
    pools: tuple[Entry, ...] = ()
    proxy: str = ""
    retries: int = 3
    retry_pause: float = 0.01
    timeout: float = 30.0
    back_to_main_pool_sec: float = 600.0
    reconnect_on_fail_shares: int = 10
    no_strict_ssl: bool = False
    no_sni: bool = False
    send_stales: bool = False
    keep_gpu_busy: bool = False
    exit_on_connection_lost: bool = False


class FakeDialect:
    """Lines of words: `hello USER`, `share NUMBER JOB NONCE` to the pool; see `_read` for what comes from it."""

    def __init__(self, user: str, connection: int) -> None:
        self.user, self.connection = user, connection
        self._rest = b""
        self._shares: dict[int, Share] = {}
        self._number = 0

    def hello(self) -> bytes:
        return f"hello {self.user}\n".encode()

    def receive(self, data: bytes) -> list[Event]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > 10_000:
            self._rest = b""
            return [Failed("a line too long")]
        return [event for line in lines if (event := self._read(line.decode().split(" "))) is not None]

    def submit(self, share: Share) -> bytes:
        self._number += 1
        self._shares[self._number] = share
        return f"share {self._number} {share.job.id} {share.nonce}\n".encode()

    @property
    def unanswered(self) -> tuple[Share, ...]:
        return tuple(self._shares.values())

    def _read(self, words: list[str]) -> Event | None:
        match words:
            case ["ready"]:
                return Ready()
            case ["refused"]:
                return Failed("no such wallet", refused=True)
            case ["nonsense"]:
                return Failed("this is not our protocol")
            case ["ping"]:
                return Send(b"pong" * 100 + b"\n")
            case ["difficulty", value]:
                return DifficultySet(float(value))
            case ["say", *text]:
                return Notice(" ".join(text))
            case ["move", host, port, wait]:
                return MoveTo(host.strip("-"), int(port), float(wait))
            case ["job", name, *clean]:
                return NewJob(self._job(name, clean == ["clean"]))
            case ["ok" | "bad" | "stale" as word, number]:
                outcome = {"ok": Outcome.ACCEPTED, "bad": Outcome.REJECTED, "stale": Outcome.STALE}[word]
                return Judged(self._shares.pop(int(number)), outcome, "" if word == "ok" else "low difficulty")
        return None

    def _job(self, name: str, clean: bool) -> FakeJob:
        return FakeJob(
            id=name,
            algorithm="fake",
            target=2**255,
            difficulty=2.0,
            network_target=0,
            network_difficulty=0.0,
            height=None,
            clean=clean,
            connection=self.connection,
        )


class World:
    """Everybody in a test reports here when something happened, so that a test can wait for a fact."""

    def __init__(self) -> None:
        self._happened: Latest[None] = Latest(None)

    def happened(self) -> None:
        self._happened.set(None)

    async def until(self, fact: Callable[[], Any]) -> Any:
        async with asyncio.timeout(15):
            while not (found := fact()):
                await self._happened.newer(self._happened.serial)
        return found


@dataclass
class Visit:
    """One connection to the fake pool."""

    writer: asyncio.StreamWriter
    heard: list[str] = field(default_factory=list)
    over: bool = False

    def send(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\n" for line in lines).encode())

    def drop(self) -> None:
        self.writer.transport.abort()


class FakePool:
    """Answers a login with `welcome` and a share with `judgement` (nothing where that is empty)."""

    def __init__(self, world: World, tls: ssl.SSLContext | None) -> None:
        self.visits: list[Visit] = []
        self.welcome = ["ready", "job a"]
        self.judgement = "ok"
        self.scheme = "stratum+ssl" if tls else "stratum+tcp"
        self.port = 0
        self._world, self._tls = world, tls
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def entry(self, **facts: str) -> Entry:
        return Entry(self.url, **facts)

    @property
    def shares(self) -> list[str]:
        return [line for visit in self.visits for line in visit.heard if line.startswith("share ")]

    @property
    def present(self) -> list[Visit]:
        """The connections that stand."""
        return [visit for visit in self.visits if not visit.over]

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse new connections and end those that stand."""
        if self._server is not None:
            self._server.close()
            for visit in self.present:
                visit.drop()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(writer)
        self.visits.append(visit)
        self._world.happened()
        with suppress(OSError):
            while line := (await reader.readline()).decode().strip():
                visit.heard.append(line)
                if line.startswith("hello"):
                    visit.send(*self.welcome)
                elif line.startswith("share") and self.judgement:
                    visit.send(f"{self.judgement} {line.split()[1]}")
                self._world.happened()
        visit.over = True
        writer.transport.abort()
        self._world.happened()


class JobCell(Latest[Job | None]):
    """The cell that devices watch; a test watches it too."""

    def __init__(self, world: World) -> None:
        super().__init__(None)
        self.history: list[Job | None] = []
        self._world = world

    def set(self, value: Job | None) -> None:
        super().set(value)
        self.history.append(value)
        self._world.happened()


class FakeMiner:
    """What stands around a `Pool` in the rig: cells, a queue, a sink."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.options: Latest[Options] = Latest(Options())
        self.jobs = JobCell(world)
        self.shares: asyncio.Queue[Share] = asyncio.Queue()
        self.events: list[Any] = []
        self.now = 1000.0
        self.luck = 0.5
        self.dialects: list[FakeDialect] = []
        self.pool = Pool(
            self.options,
            self._new_dialect,
            self.jobs,
            self.shares,
            self._hear,
            clock=lambda: self.now,
            random=lambda: self.luck,
        )
        self.running: asyncio.Task[None] | None = None

    def start(self, *pools: str | Entry, **options: Any) -> None:
        """Run with these pools, and options by name."""
        entries = tuple(Entry(pool) if isinstance(pool, str) else pool for pool in pools)
        self.change(pools=entries, **options)
        self.running = asyncio.create_task(self.pool.run())
        self.running.add_done_callback(lambda _: self.world.happened())

    def change(self, **options: Any) -> None:
        self.options.set(replace(self.options.value, **options))

    async def stop(self) -> None:
        """Stop as the rig does; an error that ended it before shows here, unless a test has looked at it."""
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError, PoolError):
                await self.running

    def told(self, kind: type, **facts: Any) -> list[Any]:
        """Return the events of a kind that have these attributes."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in facts.items())
        ]

    async def hears(self, kind: type, count: int = 1, **facts: Any) -> Any:
        """Wait for the `count`th event of a kind with these attributes and return it."""
        await self.world.until(lambda: len(self.told(kind, **facts)) >= count)
        return self.told(kind, **facts)[count - 1]

    async def works_on(self, name: str) -> Job:
        await self.world.until(lambda: self.jobs.value is not None and self.jobs.value.id == name)
        assert self.jobs.value is not None
        return self.jobs.value

    def find(self, job: Job, nonce: int = 7) -> Share:
        """Find a share of a job, as a device would."""
        share = Share(job, 0, nonce, 1, 0)
        self.shares.put_nowait(share)
        return share

    def outcomes(self) -> list[Outcome]:
        return [event.outcome for event in self.told(Verdict)]

    def _new_dialect(self, entry: Any, connection: int) -> FakeDialect:
        self.dialects.append(FakeDialect(entry.user, connection))
        return self.dialects[-1]

    def _hear(self, event: Any) -> None:
        self.events.append(event)
        self.world.happened()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def miner(world: World) -> AsyncIterator[FakeMiner]:
    miner = FakeMiner(world)
    yield miner
    await miner.stop()


@pytest.fixture
async def new_pool(world: World, miner: FakeMiner) -> AsyncIterator[Callable[..., Any]]:
    """Return a function that opens a pool; `miner` is asked for so that it stops after its pools are closed."""
    pools = []

    async def open_pool(tls: ssl.SSLContext | None = None, **facts: Any) -> FakePool:
        pool = FakePool(world, tls)
        for name, value in facts.items():
            setattr(pool, name, value)
        await pool.open()
        pools.append(pool)
        return pool

    yield open_pool
    await miner.stop()
    for pool in pools:
        await pool.close()
