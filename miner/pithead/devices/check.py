"""The check: every nonce that a device returns is hashed again on the CPU before anybody hears of it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pithead.devices.events import Candidate
from pithead.devices.host import HostJobs
from pithead.work import Share

WAITING_MAX = 16384
"""Candidates that may wait: far more than a pool would take, and a few megabytes."""

TURN = 256
"""Candidates checked in one turn of the thread."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A nonce that does not even pass the kernel's own filter: the device computes wrongly."""

    candidate: Candidate
    hash: int


def check(candidate: Candidate, jobs: HostJobs) -> Share | Invalid | None:
    """Hash a candidate again; None where it passes the kernel's filter but not the target, as some must.

    A nonce outside the candidate's unit is invalid whatever its hash: another device may have been given it.
    """
    unit, nonce = candidate.unit, candidate.nonce
    bound = jobs.bind(unit.job.algorithm, unit.header)
    if not unit.start <= nonce < unit.start + unit.count:
        return Invalid(candidate, 0)
    number = int.from_bytes(bound.digest(nonce), "little")
    if number <= unit.job.target:
        return Share(job=unit.job, roll=unit.roll, nonce=nonce, hash=number, device_id=candidate.device_id)
    return None if bound.passes(nonce, unit.job.target) else Invalid(candidate, number)


class Checker:
    """Checks candidates in the order they come, in one thread beside the event loop."""

    def __init__(self, jobs: HostJobs | None = None, *, waiting_max: int = WAITING_MAX) -> None:
        self.overflowed = 0
        """Candidates that found no room."""
        self._jobs = jobs or HostJobs()
        self._waiting: asyncio.Queue[Candidate] = asyncio.Queue(waiting_max)

    def put(self, candidate: Candidate) -> bool:
        """Let a candidate wait for its check; False where too many wait already, and it is lost."""
        try:
            self._waiting.put_nowait(candidate)
        except asyncio.QueueFull:
            self.overflowed += 1
            return False
        return True

    async def run(self, sink: Callable[[Share | Invalid], None]) -> None:
        """Check for ever and hand over, in the event loop, what is a share or invalid. DeviceError: no kernels to check with."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="check") as thread:
            while True:
                turn = [await self._waiting.get()]
                while len(turn) < TURN and not self._waiting.empty():
                    turn.append(self._waiting.get_nowait())
                for checked in await loop.run_in_executor(thread, self._check_all, turn):
                    if checked is not None:
                        sink(checked)
                    self._waiting.task_done()

    async def drain(self) -> None:
        """Wait until all that waits is checked and handed over; `run` must be running."""
        await self._waiting.join()

    def _check_all(self, candidates: list[Candidate]) -> list[Share | Invalid | None]:
        return [check(candidate, self._jobs) for candidate in candidates]
