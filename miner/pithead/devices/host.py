"""The CPU as a device, and the host kernels with which every share is checked."""

import hashlib
import math
import os
import platform
import re
import threading
from collections import OrderedDict
from pathlib import Path

from pithead.devices.device import DeviceInfo
from pithead.errors import DeviceError
from pithead_kernels import UnknownAlgorithm, find
from pithead_kernels.build.host import BuildError, HostJob, HostKernels

GRAIN = 256
"""Enough nonces to fill the widest vectors; x16r, our slowest, does them in about 2 ms."""

_VENDORS = {"AuthenticAMD": "AMD", "GenuineIntel": "Intel", "HygonGenuine": "Hygon"}


class HostJobs:
    """Headers bound to the host kernels of their algorithms; the `remembered` used last are kept. Safe between threads."""

    def __init__(self, *, remembered: int = 64) -> None:
        self._remembered = remembered
        self._kernels: dict[str, HostKernels] = {}
        self._jobs: OrderedDict[tuple[str, bytes], HostJob] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, algorithm: str) -> None:
        """Build everything that any header of the algorithm can need; DeviceError where that is not possible."""
        try:
            self._of(algorithm).warm()
        except BuildError as error:
            raise DeviceError(str(error)) from error

    def bind(self, algorithm: str, header: bytes) -> HostJob:
        """Return an 80-byte header, bound; DeviceError where its kernels cannot be built."""
        kernels = self._of(algorithm)
        with self._lock:
            job = self._jobs.get((algorithm, header))
            if job is None:
                try:
                    job = kernels.bind(header)
                except BuildError as error:
                    raise DeviceError(str(error)) from error
                self._jobs[algorithm, header] = job
            self._jobs.move_to_end((algorithm, header))
            while len(self._jobs) > self._remembered:
                self._jobs.popitem(last=False)
            return job

    def _of(self, algorithm: str) -> HostKernels:
        with self._lock:
            if algorithm not in self._kernels:
                try:
                    self._kernels[algorithm] = HostKernels(find(algorithm))
                except UnknownAlgorithm as error:
                    raise DeviceError(str(error)) from error
            return self._kernels[algorithm]


class _HostSearch:
    """A header bound to the host kernels; every searcher may use it, for the kernels keep their buffers per thread."""

    def __init__(self, job: HostJob) -> None:
        self._job = job

    def search(self, searcher: int, start: int, count: int, target: int) -> list[int]:
        """Try nonces [start, start + count)."""
        return self._job.search(start, count, target)


class HostDevice:
    """Some threads of the CPU."""

    grain = GRAIN

    def __init__(self, info: DeviceInfo) -> None:
        self.searchers = info.threads
        self._jobs = HostJobs(remembered=4)

    def prepare(self, algorithm: str) -> None:
        """Build the algorithm's kernels, or find them in the cache."""
        self._jobs.prepare(algorithm)

    def bind(self, algorithm: str, header: bytes) -> _HostSearch:
        """Return a header, ready to search."""
        return _HostSearch(self._jobs.bind(algorithm, header))


def cpu_devices(threads: int | None = None, devices: int = 1) -> tuple[DeviceInfo, ...]:
    """Return the CPU as `devices` devices that share `threads` threads (None: one for each usable core).

    Each has at least one thread, so there are more threads than asked for where there are more devices than threads.
    """
    threads = usable_cores() if threads is None else threads
    name, vendor = cpu_model(_text("/proc/cpuinfo"))
    share, rest = divmod(threads, devices)
    return tuple(
        DeviceInfo(
            id=number,
            kind="cpu",
            name=name,
            vendor=vendor,
            uuid=_uuid(number),
            threads=max(1, share + (number < rest)),
            niceness=19,
        )
        for number in range(devices)
    )


def usable_cores() -> int:
    """Return how many cores this process may use: its affinity, cut by the CPU quota of its container."""
    return cores_within(len(os.sched_getaffinity(0)), _text("/sys/fs/cgroup/cpu.max"))


def cores_within(cores: int, cpu_max: str) -> int:
    """Return how many of `cores` a quota leaves, rounded up; `cpu_max` as in the kernel's cgroup-v2 document, "" is none.

    More threads than the quota feeds would be stopped for most of each period, and a new job would wait for them.
    """
    quota = re.fullmatch(r"(\d+) (\d+)\s*", cpu_max)
    return max(1, min(cores, math.ceil(int(quota[1]) / int(quota[2])))) if quota else cores


def cpu_model(cpuinfo: str) -> tuple[str, str]:
    """Return the model's name and its vendor from the text of /proc/cpuinfo (proc(5)), which not every CPU names."""
    model = re.search(r"^model name\s*: *(.+?)\s*$", cpuinfo, re.MULTILINE)
    vendor = re.search(r"^vendor_id\s*: *(\S+)", cpuinfo, re.MULTILINE)
    name = model[1] if model else f"{platform.machine()} CPU"
    return name, _VENDORS.get(vendor[1], vendor[1]) if vendor else ""


def _uuid(number: int) -> str:
    """Return a name for a CPU device that is the machine's own: a container without a machine id has its host name."""
    machine = f"{_text('/etc/machine-id').strip()} {platform.node()} cpu {number}"
    return hashlib.blake2b(machine.encode(), digest_size=16).hexdigest()


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
