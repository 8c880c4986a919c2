"""A folder of built files that many processes share, each file built once and known to be whole.

A file ends with the SHA-256 of what stands before it: neither a dynamic loader nor the CUDA driver minds the 32 bytes, and a file
that was cut short or damaged is built again instead of loaded. Files appear by rename, so that a name is either absent or whole;
what a killed build left behind is removed by the next one that takes the same lock.
"""

import atexit
import fcntl
import functools
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SEAL_BYTES = hashlib.sha256().digest_size
"""How many bytes at the end of a cached file are its checksum."""

LOCKS = 16
"""How many locks share out the names: bounded, so that no lock file ever needs removing."""

log = logging.getLogger(__name__)


class BuildError(Exception):
    """A kernel cannot be built or loaded: one sentence that says why and, where we know it, what to install."""


def seal(content: bytes) -> bytes:
    """Return content with its checksum appended."""
    return content + hashlib.sha256(content).digest()


def unseal(path: Path) -> bytes | None:
    """Return the content of a sealed file without its checksum, or None where it is absent or damaged."""
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    content = sealed[:-SEAL_BYTES]
    return content if content and seal(content) == sealed else None


class Cache:
    """Built files by name. `folder=None` finds the user's own: see `default_folder`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else default_folder()

    def obtain(self, name: str, build: Callable[[Path], bytes]) -> Path:
        """Return the path of the file `name`, built first where it is absent or damaged.

        `build` gets an empty scratch folder and returns the content. Of several processes (or threads) that ask at the same
        time one builds and the others wait for it. Raises BuildError where the folder cannot be written.
        """
        path = self.folder / name
        if unseal(path) is not None:
            return path
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock(name) as slot:
                if unseal(path) is None:
                    self._build(path, slot, build)
        except OSError as error:
            raise BuildError(f"the kernel cache {self.folder} cannot be used: {error.strerror or error}") from error
        return path

    def _build(self, path: Path, slot: str, build: Callable[[Path], bytes]) -> None:
        """Build a file under its lock; whatever else bears the lock's name was left by a process that died."""
        for leftover in self.folder.glob(f"building-{slot}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        scratch = Path(tempfile.mkdtemp(prefix=f"building-{slot}-", dir=self.folder))
        try:
            content = build(scratch)
            whole = scratch / "whole"
            whole.write_bytes(seal(content))
            whole.replace(path)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    @contextmanager
    def _lock(self, name: str) -> Iterator[str]:
        """Hold the lock that a name falls under. A dead process's lock is free: the kernel drops it."""
        slot = f"{hashlib.sha256(name.encode()).digest()[0] % LOCKS:x}"
        with (self.folder / f"lock-{slot}").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield slot


def default_folder() -> Path:
    """Return $PITHEAD_CACHE_DIR, else $XDG_CACHE_HOME/pithead, else ~/.cache/pithead, or a private folder if that is not writable."""
    if named := os.environ.get("PITHEAD_CACHE_DIR"):
        folder = Path(named).absolute()
    elif home := os.environ.get("XDG_CACHE_HOME"):
        folder = Path(home) / "pithead"
    else:
        folder = Path(os.path.expanduser("~")) / ".cache" / "pithead"  # noqa: PTH111 - Path.home() raises without a home
    if not folder.is_absolute():  # XDG says to ignore such a setting; without a home `~` stays as it is
        return _private_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    return folder if writable else _private_folder()


@functools.cache
def _private_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="pithead-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log.warning("no cache folder is writable: kernels are built into %s and forgotten at exit", folder)
    return folder
