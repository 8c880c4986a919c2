"""The wiring, and nothing else: who hands what to whom, and how it all starts and ends."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any

from pithead import __version__
from pithead.devices.check import Checker, Invalid
from pithead.devices.crew import Worker
from pithead.devices.device import DeviceInfo
from pithead.devices.events import Candidate, Hashed, WorkerEnded, WorkerEvent
from pithead.devices.lease import SearchSpace
from pithead.devices.roster import share_multiplier
from pithead.narrator import Narrator
from pithead.pool import Disconnected, JobReceived, Pool, PoolEntry, PoolEvent
from pithead.settings import Settings
from pithead.stats import Snapshot, Stats
from pithead.stratum import dialect_for
from pithead.stratum.dialect import Dialect
from pithead.stratum.transcript import Transcript
from pithead.work import Job, Latest, Share, Verdict

AGENT = f"pithead/{__version__}"
WAITING_FOR_CONFIGURATION = "waiting for configuration"
NO_POOL = "no pool connected"
END_SECONDS = 3.5
"""For all that is finished at the end, workers and answers to submitted shares: it leaves time to close and to leave."""


class Rig:
    """One miner: a pool side, a worker per device, and what lies between them."""

    def __init__(
        self, settings: Settings, devices: tuple[DeviceInfo, ...], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = Latest(settings)
        self._clock = clock
        self._jobs: Latest[Job | None] = Latest(None)
        self._shares: asyncio.Queue[Share] = asyncio.Queue()
        self._checker = Checker()
        self._pool = Pool(self.settings, self._speak, self._jobs, self._shares, self._on_pool, clock=clock)
        space = SearchSpace()
        self._workers = [Worker(info, self._jobs, space, self._on_worker) for info in devices]
        self._stats = Stats([info.id for info in devices], clock())
        self._narrator = Narrator(self.settings, self.snapshot, self._workers, self._pool)
        self._stop = asyncio.Event()

    async def run(self) -> int:
        """Mine until told to end by a signal or the time limit; returns the exit code. Raises what stopped it."""
        self._catch_signals()
        self._narrator.begin()
        if not self.settings.value.pools:
            self._pause(WAITING_FOR_CONFIGURATION)
        tasks = [asyncio.ensure_future(work) for work in self._work()]
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
            await self._end()
        finally:
            for task in [stop, *tasks]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
        self._narrator.end()
        return 0

    def snapshot(self) -> Snapshot:
        """Return all figures as of now."""
        settings = self.settings.value
        return self._stats.snapshot(self._clock(), settings.hashrate_avr, settings.sharerate_avr)

    def hindrances(self) -> dict[int, list[str]]:
        """Return the reasons why each device is paused; none for one that works."""
        return {worker.info.id: sorted(worker.reasons) for worker in self._workers}

    def stop(self) -> None:
        """End: finish the batches and submits under way, then return from `run`."""
        self._stop.set()

    def _work(self) -> list[Coroutine[Any, Any, None]]:
        return [
            self._pool.run(),
            self._checker.run(self._on_checked),
            self._narrator.report(),
            self._limit_time(),
            *(worker.run() for worker in self._workers),
        ]

    async def _end(self) -> None:
        """Stop the devices, check what they still found, and let the pool answer."""
        deadline = asyncio.get_running_loop().time() + END_SECONDS
        await asyncio.gather(*(worker.stop() for worker in self._workers))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._checker.drain()
                await self._pool.drain(END_SECONDS)

    async def _limit_time(self) -> None:
        """End once the time limit is over; a limit changed meanwhile counts from that change."""
        while True:
            seen, limit = self.settings.serial, self.settings.value.time_limit
            change = asyncio.ensure_future(self.settings.newer(seen))
            done, _ = await asyncio.wait([change], timeout=limit or None)
            if not done:
                change.cancel()
                self._narrator.say(f"the time limit of {limit} s is over")
                self.stop()
                return

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)

    def _speak(self, entry: PoolEntry, connection: int) -> Dialect:
        login = f"{entry.user}.{entry.worker}" if entry.worker else entry.user
        algorithm = self.settings.value.algo
        dialect = dialect_for(algorithm, share_multiplier(algorithm), login, entry.password, AGENT, connection)
        return Transcript(dialect, self._narrator.on_protocol)

    def _on_pool(self, event: PoolEvent) -> None:
        if isinstance(event, Verdict):
            self._stats.judged(event, self._clock())
        elif isinstance(event, Disconnected) and self._jobs.value is None:
            self._pause(NO_POOL)
        elif isinstance(event, JobReceived):
            self._resume(NO_POOL)
        self._narrator.on_pool(event)

    def _on_worker(self, event: WorkerEvent) -> None:
        match event:
            case Hashed():
                self._stats.hashed(event.device_id, event.hashes, self._clock())
            case Candidate():
                if not self._checker.put(event):
                    self._narrator.say(
                        "a device finds more shares than can be checked: the pool's difficulty is too low"
                    )
            case WorkerEnded(restart_in_seconds=float()):
                self._stats.restarted(event.device_id)
        self._narrator.on_worker(event)

    def _on_checked(self, checked: Share | Invalid) -> None:
        if isinstance(checked, Share):
            self._shares.put_nowait(checked)
            return
        self._stats.found_invalid(checked.candidate.device_id)
        self._narrator.on_invalid(checked)

    def _pause(self, reason: str) -> None:
        for worker in self._workers:
            worker.pause(reason)

    def _resume(self, reason: str) -> None:
        for worker in self._workers:
            worker.resume(reason)
