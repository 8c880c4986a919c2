"""What a device is: the facts about it, which the parent knows, and what it can do, which only its worker process sees."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A device as everybody but its own worker process knows it."""

    id: int
    kind: str
    """"cpu", or "fake" in tests."""
    name: str
    """The model."""
    vendor: str
    uuid: str
    """32 hexadecimal digits, the same at every start."""
    threads: int = 1
    """How many CPU threads hash."""
    niceness: int = 0
    """How far its worker process stands back for others: 0-19, as in nice(1)."""
    script: str = ""
    """What a fake device shall do (`pithead.devices.fake`); empty for a real one."""


class BoundJob(Protocol):
    """A header that a device is ready to search: kernels loaded, what is constant over it computed."""

    def search(self, searcher: int, start: int, count: int, target: int) -> list[int]:
        """Try nonces [start, start + count); return those that pass the kernel's own filter, each once.

        Blocks until all are tried, and lets other Python threads run meanwhile. `searcher` in [0, Device.searchers) says
        who calls: no two calls with the same one overlap, so each can own a stream and buffers.
        """


class Device(Protocol):
    """Something that hashes, inside its worker process. Errors are DeviceErrors: the worker ends with their sentence."""

    @property
    def searchers(self) -> int:
        """How many threads search at once: a CPU's cores; two for a GPU, so that one launch waits while the other runs."""

    @property
    def grain(self) -> int:
        """Batches are multiples of this many nonces, and this is the smallest."""

    def prepare(self, algorithm: str) -> None:
        """Compile or load everything that any header of the algorithm can need; it may take minutes."""

    def bind(self, algorithm: str, header: bytes) -> BoundJob:
        """Return a header (its nonce zero), ready to search; `prepare` came before."""
