"""The host build: kernels compiled by the C++ compiler into shared libraries and run on the CPU.

It is the CPU device, and the check of every nonce that any device finds.
"""

import ctypes
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pithead_kernels.algorithm import FOUND_MAX, HEADER_BYTES, JOB_WORDS, Algorithm, Kernel, Program
from pithead_kernels.build import source
from pithead_kernels.build.cache import BuildError, Cache, unseal
from pithead_kernels.build.compiler import LEVELS, find_compiler, march, refuse_foreign, supported_levels

__all__ = ["BuildError", "HostJob", "HostKernels"]

COMPILERS = 2
"""How many compilers run at a time."""

CHAIN_NONCES = 4096
"""Nonces a launch of chained kernels: their state (64 bytes each) stays in a core's second-level cache."""

SINGLE_NONCES = 1 << 20
"""Nonces a launch of a kernel that needs no state."""

EXPECTED_FOUND = 4
"""Launches are made short enough to expect no more candidates than this, so that few are searched again."""

ROW_NONCES = 64
"""Rows of the state array are padded to so many nonces (`row` of common/lane.h)."""

_STATE_WORDS = 8
_ALIGN_BYTES = 64
_NONCES = 2**32


class HostKernels:
    """An algorithm's kernels on this CPU, each program compiled (or found in a cache) when first needed.

    `cache_dir=None` uses the user's cache, see `cache.default_folder`. A prebuilt library in $PITHEAD_PREBUILT_DIR is taken first and needs
    no compiler. All methods may be called from many threads at once; all raise BuildError where a program cannot be built.
    """

    def __init__(self, algorithm: Algorithm, *, cache_dir: Path | None = None) -> None:
        self.algorithm = algorithm
        self._cache = Cache(cache_dir)
        self._libraries: dict[Program, ctypes.CDLL] = {}
        self._lock = threading.Lock()
        self._buffers = _Buffers()

    def bind(self, header: bytes) -> "HostJob":
        """Compute what is constant over an 80-byte header's nonces. Raises ValueError for another length."""
        if len(header) != HEADER_BYTES:
            raise ValueError(f"a header has {HEADER_BYTES} bytes, this one has {len(header)}")
        refuse_foreign(march(), supported_levels())
        digest = self.algorithm.digest(header)
        search = self.algorithm.search(header)
        self._need({kernel.program: None for kernel in digest + search})
        jobs = {kernel: self._prepare(kernel, header) for kernel in dict.fromkeys(digest + search)}
        return HostJob(_Chain(self, digest, jobs), _Chain(self, search, jobs), self._buffers)

    def warm(self) -> None:
        """Build every program that any header can need."""
        self._need(self.algorithm.programs)

    def function(self, kernel: Kernel, entry: str) -> "ctypes._NamedFuncPointer":
        """Return an entry point of a program that `bind` has loaded."""
        return self._libraries[kernel.program][entry]

    def _prepare(self, kernel: Kernel, header: bytes) -> "ctypes.Array[ctypes.c_uint64]":
        job = (ctypes.c_uint64 * JOB_WORDS)()
        if kernel.prepare is not None:
            words = (ctypes.c_uint32 * (HEADER_BYTES // 4)).from_buffer_copy(header)
            prepare = self.function(kernel, kernel.prepare)
            prepare.restype = None
            prepare(words, job)
        return job

    def _need(self, programs: Iterable[Program]) -> None:
        """Load what is not loaded yet, compiling a few at a time."""
        with self._lock:
            missing = [program for program in programs if program not in self._libraries]
            if len(missing) > 1:
                with ThreadPoolExecutor(COMPILERS) as pool:
                    loaded = list(pool.map(self._load, missing))
            else:
                loaded = [self._load(program) for program in missing]
            self._libraries.update(zip(missing, loaded, strict=True))

    def _load(self, program: Program) -> ctypes.CDLL:
        path = library(program, self._cache)
        try:
            return ctypes.CDLL(str(path))
        except OSError as error:
            raise BuildError(f"the built kernel {path.name} cannot be loaded: {error}") from error


def library(program: Program, cache: Cache) -> Path:
    """Return the shared library of a program: prebuilt, cached, or compiled now. Raises BuildError where that fails."""
    text = source.read(program)
    if (prebuilt := _prebuilt(text)) is not None:
        return prebuilt
    compiler = find_compiler()
    name = f"{text.name}-{text.fingerprint}-{compiler.march}-{compiler.signature}.so"
    return cache.obtain(name, lambda scratch: compiler.compile(text, scratch))


def _prebuilt(text: source.Source) -> Path | None:
    """Return the best library for this CPU among those that the image carries: a cache folder, filled by another machine."""
    folder = os.environ.get("PITHEAD_PREBUILT_DIR")
    if not folder:
        return None
    asked = march()
    if asked != "native" and asked not in LEVELS:
        return None  # nothing tells whether this CPU runs what bears another name
    for level in (asked,) if asked in LEVELS else supported_levels():
        for path in sorted(Path(folder).glob(f"{text.name}-{text.fingerprint}-{level}-*.so")):
            if unseal(path) is not None:
                return path
    return None


class _Buffers(threading.local):
    """A thread's own state array and list of candidates."""

    def __init__(self) -> None:
        size = 8 * _STATE_WORDS * CHAIN_NONCES
        self._memory = ctypes.create_string_buffer(size + _ALIGN_BYTES)
        address = -(-ctypes.addressof(self._memory) // _ALIGN_BYTES) * _ALIGN_BYTES
        self.state = (ctypes.c_uint64 * (_STATE_WORDS * CHAIN_NONCES)).from_address(address)
        self.out = (ctypes.c_uint32 * (1 + FOUND_MAX))()


class _Chain:
    """Kernels that run one after the other over the same state."""

    def __init__(
        self, kernels: HostKernels, chain: tuple[Kernel, ...], jobs: dict[Kernel, "ctypes.Array[ctypes.c_uint64]"]
    ) -> None:
        self.steps = []
        for kernel in chain:
            call = kernels.function(kernel, kernel.entry)
            call.restype = None
            numbers = (ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32)
            call.argtypes = (ctypes.c_void_p, *numbers, ctypes.c_void_p, ctypes.c_void_p)
            self.steps.append((call, jobs[kernel]))

    def run(self, start: int, count: int, limit: int, buffers: _Buffers) -> None:
        """Work on nonces [start, start + count); candidates are those whose hash's top u32 is at most `limit`."""
        buffers.out[0] = 0
        for call, job in self.steps:
            call(job, start, count, limit, buffers.state, buffers.out)


class HostJob:
    """One header's kernels, ready to run. Every method may be called from many threads at once; none holds the interpreter's lock while it hashes."""

    def __init__(self, digest: _Chain, search: _Chain, buffers: _Buffers) -> None:
        self._digest = digest
        self._search = search
        self._buffers = buffers
        self._launch_nonces = CHAIN_NONCES if len(search.steps) > 1 else SINGLE_NONCES

    def digest(self, nonce: int) -> bytes:
        """Return the 32-byte hash for a nonce, a little-endian number."""
        self._digest.run(nonce, 1, 0, self._buffers)
        state = self._buffers.state
        return b"".join(state[k * ROW_NONCES].to_bytes(8, "little") for k in range(4))

    def passes(self, nonce: int, target: int) -> bool:
        """Say whether a nonce passes the kernel's own filter for a target: the hash's top u32 is at most the target's."""
        self._search.run(nonce, 1, _limit(target), self._buffers)
        return bool(self._buffers.out[0])

    def search(self, start: int, count: int, target: int) -> list[int]:
        """Return, in order, every nonce of [start, start + count) that passes the kernel's own filter for a target.

        The full hash of one may still miss the target: its lower words are not compared. Raises ValueError for a range that leaves 32 bits.
        """
        if start < 0 or count < 0 or start + count > _NONCES:
            raise ValueError(f"nonces {start} to {start + count} do not lie within 32 bits")
        limit = _limit(target)
        found: list[int] = []
        step = self._step(limit)
        for position in range(start, start + count, step):
            self._collect(position, min(step, start + count - position), limit, found)
        return found

    def _step(self, limit: int) -> int:
        """Return how many nonces a launch takes, in whole rows, so that few launches find more than they can hand back."""
        wanted = EXPECTED_FOUND * _NONCES // (limit + 1)
        return max(ROW_NONCES, min(self._launch_nonces, wanted // ROW_NONCES * ROW_NONCES))

    def _collect(self, start: int, count: int, limit: int, found: list[int]) -> None:
        self._search.run(start, count, limit, self._buffers)
        hits = self._buffers.out[0]
        if hits <= FOUND_MAX:
            found += self._buffers.out[1 : 1 + hits]
        else:  # more than a launch can hand back
            half = count // 2
            self._collect(start, half, limit, found)
            self._collect(start + half, count - half, limit, found)


def _limit(target: int) -> int:
    """Return the top u32 of a 256-bit target."""
    return min(max(target, 0) >> 224, 0xFFFFFFFF)
