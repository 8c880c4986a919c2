"""What a worker tells the rest of the miner."""

from dataclasses import dataclass

from pithead.work import Job, Unit


@dataclass(frozen=True, slots=True)
class WorkerStarted:
    """The device is open and takes units."""

    device_id: int
    pid: int


@dataclass(frozen=True, slots=True)
class KernelsCompiling:
    """The device builds or loads the kernels of an algorithm; it hashes once KernelsReady has come."""

    device_id: int
    algorithm: str


@dataclass(frozen=True, slots=True)
class KernelsReady:
    """They are ready."""

    device_id: int
    algorithm: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Hashed:
    """Nonces were tried since the last Hashed: an exact number."""

    device_id: int
    hashes: int
    seconds: float
    """For how long the device was busy with them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A nonce that passes the kernel's filter, says the device; nobody has checked it."""

    device_id: int
    unit: Unit
    nonce: int


@dataclass(frozen=True, slots=True)
class SpaceExhausted:
    """Every nonce of a job is leased: the device waits for the next job."""

    device_id: int
    job: Job


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The worker process is gone."""

    device_id: int
    reason: str
    """A sentence."""
    restart_in_seconds: float | None
    """None: it was told to stop, and stays away."""


WorkerEvent = WorkerStarted | KernelsCompiling | KernelsReady | Hashed | Candidate | SpaceExhausted | WorkerEnded
