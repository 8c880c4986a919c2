"""The worker process of one device: `python -m pithead.devices.worker FD DEVICE`.

FD is its end of a socket pair to the parent, DEVICE a DeviceInfo as JSON. It searches the units it is given, says what it found
and how much it tried, and ends with its parent. It imports only what a device needs, so that it starts quickly.
"""

import atexit
import ctypes
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

from pithead.devices.batches import Batch, Batches, BusyTime, Pace
from pithead.devices.device import BoundJob, Device, DeviceInfo
from pithead.devices.wire import (
    NONCES_PER_LINE,
    Compiled,
    Compiling,
    Drop,
    Failed,
    Found,
    Opened,
    Order,
    Progress,
    Search,
    Stop,
    Word,
    decode_order,
    encode,
)
from pithead.errors import DeviceError

REPORT_SECONDS = 0.125
"""How often progress is told while there is some."""

_PR_SET_PDEATHSIG = 1  # prctl(2)


class WorkerProcess:
    """One device's searchers, each a thread, and the units that they share."""

    def __init__(self, device: Device, parent: socket.socket, clock: Callable[[], float]) -> None:
        self._device = device
        self._parent = parent
        self._clock = clock
        self._changed = threading.Condition()  # guards all below
        self._batches = Batches()
        self._busy = BusyTime()
        self._reported = clock()
        self._algorithms: dict[str, bool] = {}
        """Those asked for so far, and whether their kernels are ready."""
        self._ending = False
        self._binding = threading.Lock()
        self._bound: tuple[tuple[str, str], BoundJob] | None = None

    def run(self) -> None:
        """Follow orders until told to stop, then finish what is under way; a parent that is gone ends the process."""
        searchers = [
            threading.Thread(target=self._guarded, args=(self._search, number), daemon=True)
            for number in range(self._device.searchers)
        ]
        for searcher in searchers:
            searcher.start()
        self._send(Opened())
        with self._parent.makefile("rb") as lines:
            for line in lines:
                order = decode_order(line)
                if isinstance(order, Stop):
                    break
                self._follow(order)
            else:
                os._exit(0)
        with self._changed:
            self._ending = True
            self._batches.drop()
            self._changed.notify_all()
        for searcher in searchers:
            searcher.join()
        with self._changed:
            self._report()

    def _follow(self, order: Order) -> None:
        with self._changed:
            if isinstance(order, Search):
                self._batches.add(order)
                self._prepare(order.algorithm)
                self._changed.notify_all()
            elif isinstance(order, Drop):
                self._batches.drop()
                self._report()

    def _prepare(self, algorithm: str) -> None:
        """See that an algorithm's kernels get ready, in a thread of its own: orders are followed meanwhile."""
        if algorithm not in self._algorithms:
            self._algorithms[algorithm] = False
            threading.Thread(target=self._guarded, args=(self._compile, algorithm), daemon=True).start()

    def _compile(self, algorithm: str) -> None:
        began = self._clock()
        with self._changed:
            self._send(Compiling(algorithm))
        self._device.prepare(algorithm)
        with self._changed:
            self._send(Compiled(algorithm, self._clock() - began))
            self._algorithms[algorithm] = True
            self._changed.notify_all()

    def _search(self, searcher: int) -> None:
        """Search batch after batch until the end."""
        pace = Pace(self._device.grain)
        while (batch := self._take(pace)) is not None:
            bound = self._bind(batch.search)
            began = self._clock()
            nonces = bound.search(searcher, batch.start, batch.count, batch.search.target)
            pace.took(batch.count, self._clock() - began)
            self._finish(batch, nonces)

    def _take(self, pace: Pace) -> Batch | None:
        """Wait for a batch; None at the end."""
        with self._changed:
            while not self._ending:
                head = self._batches.head
                if head is not None and self._algorithms[head.algorithm]:
                    self._busy.begin(self._clock())
                    return self._batches.take(pace.size(head))
                self._changed.wait()
            return None

    def _bind(self, search: Search) -> BoundJob:
        key = search.algorithm, search.header_hex
        with self._binding:
            if self._bound is None or self._bound[0] != key:
                self._bound = key, self._device.bind(search.algorithm, bytes.fromhex(search.header_hex))
            return self._bound[1]

    def _finish(self, batch: Batch, nonces: list[int]) -> None:
        with self._changed:
            for first in range(0, len(nonces), NONCES_PER_LINE):
                self._send(Found(batch.search.unit, nonces[first : first + NONCES_PER_LINE]))
            now = self._clock()
            self._busy.end(now)
            self._batches.finish(batch)
            if now - self._reported >= REPORT_SECONDS or self._batches.idle:
                self._report()

    def _report(self) -> None:
        hashes, closed = self._batches.report()
        if hashes or closed:
            self._reported = self._clock()
            # time without hashes is kept for the report of the batch it belongs to
            self._send(Progress(hashes, closed, self._busy.take(self._reported) if hashes else 0.0))

    def _send(self, word: Word) -> None:
        self._parent.sendall(encode(word))

    def _guarded(self, work: Callable[..., None], *arguments: object) -> None:
        """Run a thread's work; where it fails, the process ends."""
        try:
            work(*arguments)
        except BrokenPipeError:
            os._exit(0)  # the parent is gone
        except Exception as failure:
            _end(self._parent, failure)


def open_device(info: DeviceInfo) -> Device:
    """Open a device of any kind; DeviceError where that fails."""
    if info.kind == "cpu":
        from pithead.devices.host import HostDevice  # a worker imports only its own kind

        return HostDevice(info)
    if info.kind == "fake":
        from pithead.devices.fake import FakeDevice

        return FakeDevice(info)
    raise DeviceError(f"there is no kind of device called '{info.kind}'")


def main() -> None:
    """Be a worker process."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # ends us even where a kernel hangs
    parent = socket.socket(fileno=int(sys.argv[1]))
    try:
        info = DeviceInfo(**json.loads(sys.argv[2]))
        os.setpriority(os.PRIO_PROCESS, 0, info.niceness)
        WorkerProcess(open_device(info), parent, time.monotonic).run()
        atexit._run_exitfuncs()  # kernels that were built for this process only
        os._exit(0)  # a compilation under way is not waited for
    except BrokenPipeError:
        os._exit(0)
    except Exception as failure:
        _end(parent, failure)


def _end(parent: socket.socket, failure: Exception) -> NoReturn:
    """Tell the parent why, in one sentence, and end at once: threads may hang in a broken driver."""
    if isinstance(failure, DeviceError):
        reason = str(failure)
    else:
        traceback.print_exception(failure)
        reason = f"{type(failure).__name__}: {failure}"
    try:
        parent.sendall(encode(Failed(reason[:1000])))
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
