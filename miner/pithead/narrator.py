"""Tells a person what the rig does: turns its events into lines of the log."""

import asyncio
from collections.abc import Callable, Sequence

from pithead import __version__, console
from pithead.devices.check import Invalid
from pithead.devices.crew import Worker
from pithead.devices.events import (
    Hashed,
    KernelsCompiling,
    KernelsReady,
    SpaceExhausted,
    WorkerEnded,
    WorkerEvent,
    WorkerStarted,
)
from pithead.log import LOG, PROTOCOL
from pithead.pool import (
    Connected,
    Connecting,
    DifficultyChanged,
    Disconnected,
    JobReceived,
    Pool,
    PoolEvent,
    PoolNotice,
    Switched,
)
from pithead.settings import Settings
from pithead.stats import Snapshot
from pithead.work import Latest, Outcome, Verdict


class Narrator:
    """Writes the miner's log."""

    def __init__(
        self,
        settings: Latest[Settings],
        snapshot: Callable[[], Snapshot],
        workers: Sequence[Worker],
        pool: Pool,
    ) -> None:
        self._settings = settings
        self._snapshot = snapshot
        self._workers = workers
        self._pool = pool
        self._height: int | None = None
        self._judged = 0

    def begin(self) -> None:
        """Write the start-up summary."""
        settings = self._settings.value
        self.say(f"Pithead {__version__}, an open miner without a fee")
        for worker in self._workers:
            info = worker.info
            self.say(f"device {info.id} found: {info.name}, {info.threads} threads")
        for place, pool in enumerate(settings.pools):
            self.say(
                f"{'pool' if place == 0 else 'failover pool'}: {pool.url}, user {pool.user}, algorithm {settings.algo}"
            )
        if not settings.pools:
            self.say("there is no pool yet: waiting for configuration (-o HOST:PORT -u WALLET, or -c FILE)")

    def end(self) -> None:
        """Write what was done in all."""
        self.say("ended\n" + self._table(ended=True))

    async def report(self) -> None:
        """Write the table of devices every gpu-report-interval, for ever."""
        while True:
            seen, settings = self._settings.serial, self._settings.value
            try:
                await asyncio.wait_for(self._settings.newer(seen), settings.gpu_report_interval)
            except TimeoutError:
                if not settings.quiet:
                    self.say(self._table())

    def say(self, text: str, *, good: bool = False) -> None:
        """Write a sentence, or lines of a table."""
        for line in text.splitlines():
            LOG.info("%s", line, extra={"good": good})

    def on_pool(self, event: PoolEvent) -> None:
        """Tell what happened on the pool side."""
        match event:
            case Connecting():
                self.say(f"connecting to {event.url}" + (f", attempt {event.attempt}" if event.attempt > 1 else ""))
            case Connected():
                self.say(f"connected to {event.url} ({event.peer}{f', {event.tls}' if event.tls else ''})", good=True)
            case Disconnected():
                LOG.warning("%s: %s%s", event.url, event.reason.rstrip("."), _next(event))
            case Switched():
                self.say(f"switched from {event.from_url} to {event.to_url}: {event.reason}")
            case JobReceived():
                self._on_job(event)
            case DifficultyChanged():
                self.say(f"share difficulty is now {event.difficulty:.6g}")
            case PoolNotice():
                LOG.warning("%s", event.text)
            case Verdict():
                self._on_verdict(event)

    def on_worker(self, event: WorkerEvent) -> None:
        """Tell what happened to a worker."""
        match event:
            case WorkerStarted():
                self.say(f"device {event.device_id} works, process {event.pid}")
            case KernelsCompiling():
                self.say(f"device {event.device_id} prepares its kernels for {event.algorithm}")
            case KernelsReady():
                self.say(f"device {event.device_id} is ready for {event.algorithm} after {event.seconds:.1f} s")
            case SpaceExhausted():
                LOG.warning(
                    "device %d has searched all of job %s and waits for the next", event.device_id, event.job.id
                )
            case WorkerEnded(restart_in_seconds=None):
                pass
            case WorkerEnded():
                LOG.error(
                    "device %d: %s; starting it again in %.1f s",
                    event.device_id,
                    event.reason,
                    event.restart_in_seconds,
                )
            case Hashed():
                pass

    def on_protocol(self, line: str) -> None:
        """Write a line of the protocol, where the settings ask for it."""
        PROTOCOL.info("%s", line)

    def on_invalid(self, invalid: Invalid) -> None:
        """Tell that a device computes wrongly."""
        candidate = invalid.candidate
        LOG.error(
            "device %d returned nonce %08x that does not check on the CPU: it may be unstable",
            candidate.device_id,
            candidate.nonce,
        )

    def _on_job(self, event: JobReceived) -> None:
        job = event.job
        is_new_block = job.clean or job.height != self._height
        self._height = job.height
        if is_new_block and not self._settings.value.no_new_block_info:
            self.say(console.job_line(job, self._pool.state.url))

    def _on_verdict(self, verdict: Verdict) -> None:
        settings = self._settings.value
        self._judged += 1
        if settings.quiet:
            return
        line = console.share_line(verdict, self._snapshot())
        if verdict.outcome is Outcome.ACCEPTED:
            self.say(line, good=True)
        else:
            LOG.warning("%s", line)
        if settings.gpu_report_interval_s and self._judged % settings.gpu_report_interval_s == 0:
            self.say(self._table())

    def _table(self, *, ended: bool = False) -> str:
        names = [(worker.info.id, worker.info.name, "" if ended else _hindrance(worker)) for worker in self._workers]
        return console.device_table(self._snapshot(), names, self._pool.state.url or "none")


def _next(event: Disconnected) -> str:
    if not event.retry_url:
        return ""
    return f"; trying {event.retry_url} in {event.retry_in_seconds:.1f} s"


def _hindrance(worker: Worker) -> str:
    """What keeps a device from hashing, if anything does."""
    if worker.reasons:
        return "paused: " + ", ".join(sorted(worker.reasons))
    if not worker.running:
        return "starting"
    if worker.compiling:
        return "preparing kernels"
    return "waiting for a job" if worker.exhausted else ""
