"""A device that does what a script says: simulated speed, and every fault a real one can have, in a real worker process.

The script is words like `rate=1e6 find=7 crash=3`:

    rate=R      tries R nonces a second with each searcher, by waiting (a million unless told)
    find=N      reports nonce N whenever it is tried
    wrong=K     reports the first nonce of every K-th batch, right or not
    compile=S   takes S seconds to prepare an algorithm
    fail=K      its K-th batch ends in a DeviceError, as a CUDA error would
    crash=K     its K-th batch ends the process by a segmentation fault
    hang=K      its K-th batch never ends
    mute=K      at its K-th batch the whole process stops, and answers nobody
"""

import itertools
import os
import signal
import threading
import time

from pithead.devices.device import DeviceInfo
from pithead.errors import DeviceError

WORDS = {"rate", "find", "wrong", "compile", "fail", "crash", "hang", "mute"}


class FakeDevice:
    """The device of a script, as many searchers as its info has threads. DeviceError where the script has another word."""

    grain = 1

    def __init__(self, info: DeviceInfo) -> None:
        self.searchers = info.threads
        self._script: dict[str, float] = {}
        for word in info.script.split():
            name, _, value = word.partition("=")
            if name not in WORDS:
                raise DeviceError(f"a fake device does not know '{name}', only {', '.join(sorted(WORDS))}")
            self._script[name] = float(value)
        self._batches = itertools.count(1)

    def prepare(self, algorithm: str) -> None:
        """Pretend to compile."""
        time.sleep(self._script.get("compile", 0.0))

    def bind(self, algorithm: str, header: bytes) -> "FakeDevice":
        """Return itself: a fake does not look at headers."""
        return self

    def search(self, searcher: int, start: int, count: int, target: int) -> list[int]:
        """Do what the script says."""
        batch = next(self._batches)
        self._break(batch)
        time.sleep(count / self._script.get("rate", 1e6))
        nonces = [start] if batch % self._script.get("wrong", float("inf")) == 0 else []
        find = int(self._script.get("find", -1))
        return [*nonces, find] if start <= find < start + count and find not in nonces else nonces

    def _break(self, batch: int) -> None:
        if batch == self._script.get("fail"):
            raise DeviceError("an illegal memory access was encountered")
        if batch == self._script.get("crash"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if batch == self._script.get("hang"):
            threading.Event().wait()
        if batch == self._script.get("mute"):
            os.kill(os.getpid(), signal.SIGSTOP)
