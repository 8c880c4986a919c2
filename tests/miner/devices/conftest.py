"""What the tests of devices share: jobs with any header, and workers in real processes whose events can be waited for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pithead.devices.crew import Patience, Worker
from pithead.devices.device import DeviceInfo
from pithead.devices.events import WorkerEvent
from pithead.devices.lease import SearchSpace
from pithead.work import Job, Latest


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyJob(Job):
    """A job whose headers are its content and the roll, in a space as small as a test likes."""

    content: bytes
    rolls: int = 256
    nonce_count: int = 2**32

    def header(self, roll: int) -> bytes:
        return self.content[:72].ljust(72, b"\0") + roll.to_bytes(4, "little") + bytes(4)

    @property
    def fingerprint(self) -> bytes:
        return self.content


@dataclass
class Site:
    """A worker, what it works on, and everything it has told."""

    worker: Worker
    jobs: Latest[Job | None]
    space: SearchSpace
    events: list[WorkerEvent] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, event: WorkerEvent) -> None:
        self.events.append(event)
        self.told.set()
        self.told = asyncio.Event()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, fact: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for events until a fact holds."""
        async with asyncio.timeout(seconds):
            while not fact():
                await self.told.wait()


@pytest.fixture
def make_job() -> Callable[..., TinyJob]:
    def make(name: str = "a job", **facts: Any) -> TinyJob:
        default = {"algorithm": "sha256d", "target": 2**240, "difficulty": 1.0, "content": name.encode()}
        rest = {"network_target": 0, "network_difficulty": 1.0, "height": None, "clean": True, "connection": 1}
        return TinyJob(**{"id": name, **default, **rest, **facts})

    return make


@pytest.fixture
async def employ() -> AsyncIterator[Callable[..., Site]]:
    """Start workers that are stopped when the test ends."""
    tasks: list[tuple[Worker, asyncio.Task[None]]] = []

    def start(
        info: DeviceInfo | str, job: Job | None = None, *, space: SearchSpace | None = None, **options: Any
    ) -> Site:
        if isinstance(info, str):
            info = DeviceInfo(id=0, kind="fake", name="Fake", vendor="", uuid="0" * 32, threads=2, script=info)
        space = space or SearchSpace()
        jobs: Latest[Job | None] = Latest(job)
        options = {"patience": Patience(restart_seconds=0.1), **options}
        site = Site(Worker(info, jobs, space, lambda event: site.hear(event), **options), jobs, space)
        tasks.append((site.worker, asyncio.create_task(site.worker.run())))
        return site

    yield start
    for worker, task in tasks:
        await worker.stop()
        with contextlib.suppress(asyncio.CancelledError):
            await task
