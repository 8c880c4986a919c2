"""The crew: each device's worker as the rest of the miner sees it, started, fed, watched, and started again when it ends."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from pithead.devices.child import Child
from pithead.devices.device import DeviceInfo
from pithead.devices.events import (
    Candidate,
    Hashed,
    KernelsCompiling,
    KernelsReady,
    SpaceExhausted,
    WorkerEnded,
    WorkerEvent,
    WorkerStarted,
)
from pithead.devices.feed import Feed
from pithead.devices.lease import SearchSpace
from pithead.devices.wire import Compiled, Compiling, Failed, Found, Opened, Progress, Stop, Word
from pithead.work import Job, Latest


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker is waited for, and how soon it is started again."""

    open_seconds: float = 60.0
    """Opening its device."""
    compile_seconds: float = 1800.0
    """Compiling kernels."""
    silence_seconds: float = 10.0
    """Saying something while it has work: a batch takes some hundredths of a second."""
    stop_seconds: float = 2.0
    """Ending when told to."""
    restart_seconds: float = 1.0
    """The first restart comes at a random time within this; each further one within twice the time."""
    restart_seconds_max: float = 60.0
    healthy_seconds: float = 60.0
    """A worker that lived so long is not held to have failed again and again."""


class Worker:
    """A device's worker process, kept alive; it works on the newest job while its set of reasons to pause is empty.

    `sink` is called from the event loop with everything that happens. Units of a worker that ended are lost, not leased again.
    """

    def __init__(
        self,
        info: DeviceInfo,
        jobs: Latest[Job | None],
        space: SearchSpace,
        sink: Callable[[WorkerEvent], None],
        *,
        patience: Patience = Patience(),
        clock: Callable[[], float] = time.monotonic,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.info = info
        self.restarts = 0
        """How often the process ended unasked."""
        self.running = False
        """Whether there is a process with an open device."""
        self.compiling = False
        """Whether it builds kernels and so does not hash yet."""
        self.reasons: frozenset[str] = frozenset()
        """Why it is paused; empty while it works."""
        self._jobs = jobs
        self._sink = sink
        self._patience = patience
        self._clock = clock
        self._uniform = uniform
        self._feed = Feed(space)
        self._child: Child | None = None
        self._unheard_since: float | None = None
        self._failures = 0
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def pid(self) -> int | None:
        """The process id while there is a process."""
        return self._child.pid if self._child else None

    @property
    def idle(self) -> bool:
        """Whether every batch of the work it was given has ended."""
        return not self._feed.outstanding

    @property
    def exhausted(self) -> bool:
        """Whether every nonce of the job is leased, so that it waits for the next."""
        return self._feed.exhausted

    @property
    def algorithm(self) -> str | None:
        """What it works on; None while it rests."""
        job = self._wanted
        return job.algorithm if job and self.running else None

    def pause(self, reason: str) -> None:
        """Add a reason to pause; hashing stops after the batch under way."""
        self.reasons |= {reason}
        self._direct()

    def resume(self, reason: str) -> None:
        """Remove a reason to pause; work goes on once none is left."""
        self.reasons -= {reason}
        self._direct()

    async def run(self) -> None:
        """Keep the worker alive until `stop` is called."""
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                follower = tasks.create_task(self._follow_jobs())
                await self._keep_alive()
                follower.cancel()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Let it finish and report the batches under way, then end; by force where that takes too long."""
        self._stopping.set()
        if self._child:
            self._child.send([Stop()])
        try:
            async with asyncio.timeout(self._patience.stop_seconds):
                await self._ended.wait()
        except TimeoutError:
            if self._child:
                self._child.kill()
            await self._ended.wait()

    async def _follow_jobs(self) -> None:
        seen = 0
        while True:
            seen, _ = await self._jobs.newer(seen)
            self._direct()

    async def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            began = self._clock()
            reason = await self._live()
            if self._stopping.is_set():
                self._sink(WorkerEnded(self.info.id, reason, None))
                return
            self.restarts += 1
            self._failures = 0 if self._clock() - began >= self._patience.healthy_seconds else self._failures
            limit = min(self._patience.restart_seconds_max, self._patience.restart_seconds * 2.0**self._failures)
            self._failures = min(self._failures + 1, 30)
            delay = self._uniform(0.0, limit)
            self._sink(WorkerEnded(self.info.id, reason, delay))
            await self._rest(delay)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _live(self) -> str:
        """Lead one process from its start to its end; return in a sentence why it ended."""
        try:
            self._child = child = await Child.spawn(self.info)
        except OSError as error:
            return f"the worker could not be started: {error.strerror}"
        self._unheard_since = self._clock()
        closed, fault = False, None
        try:
            if self._stopping.is_set():
                child.send([Stop()])
            fault = await self._listen(child)
            closed = fault is None
        finally:
            if not closed:
                child.kill()
            self._child = None
            self.running = self.compiling = False
            self._feed.forget()
            ending = await child.reap()
        return fault or ending

    async def _listen(self, child: Child) -> str | None:
        """Take in what it says until it ends; a sentence where it must not go on, None where it closed its end."""
        while True:
            try:
                async with asyncio.timeout(self._seconds_to_wait()):
                    word = await child.receive()
            except TimeoutError:
                if self._seconds_to_wait() <= 0:
                    return f"the worker said nothing for {self._limit():g} s"
                continue
            except ValueError as error:
                return f"the worker talked nonsense: {error}"
            if word is None:
                return None
            if isinstance(word, Failed):
                return word.reason
            try:
                self._take_in(word, child)
            except KeyError as error:
                return f"the worker talked of unit {error}, which it was not given"
            self._unheard_since = self._clock() if self._feed.outstanding else None

    def _take_in(self, word: Word, child: Child) -> None:
        match word:
            case Opened():
                self.running = True
                self._sink(WorkerStarted(self.info.id, child.pid))
            case Compiling(algorithm):
                self.compiling = True
                self._sink(KernelsCompiling(self.info.id, algorithm))
            case Compiled(algorithm, seconds):
                self.compiling = False
                self._sink(KernelsReady(self.info.id, algorithm, seconds))
            case Found(serial, nonces):
                unit = self._feed.unit(serial)
                for nonce in nonces:
                    self._sink(Candidate(self.info.id, unit, nonce))
            case Progress(seconds=seconds):
                if hashes := self._feed.progress(word):
                    self._sink(Hashed(self.info.id, hashes, seconds))
        self._direct()

    @property
    def _wanted(self) -> Job | None:
        return None if self.reasons else self._jobs.value

    def _direct(self) -> None:
        """Tell the worker what follows from the newest job, the reasons to pause and what it has."""
        if not self.running or self._child is None or self._stopping.is_set():
            return
        was_exhausted = self._feed.exhausted
        self._child.send(self._feed.direct(self._wanted))
        if self._feed.outstanding and self._unheard_since is None:
            self._unheard_since = self._clock()
        if self._feed.exhausted and not was_exhausted and (job := self._wanted):
            self._sink(SpaceExhausted(self.info.id, job))

    def _limit(self) -> float:
        if not self.running:
            return self._patience.open_seconds
        return self._patience.compile_seconds if self.compiling else self._patience.silence_seconds

    def _seconds_to_wait(self) -> float:
        """How much longer it may be silent."""
        if self._unheard_since is None:
            return self._limit()
        return self._unheard_since + self._limit() - self._clock()
