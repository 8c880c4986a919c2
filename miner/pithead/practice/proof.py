"""The proof of work of a header, computed by the pool itself."""

import asyncio
from collections.abc import Awaitable, Callable

from pithead.errors import SettingsError
from pithead_kernels.algorithm import Algorithm

WAYS = ("reference", "host")

Hasher = Callable[[bytes], Awaitable[int]]
"""80-byte header -> its proof of work as a number."""


def default_way(algorithm: Algorithm) -> str:
    """Return how shares of an algorithm are verified unless told otherwise.

    The Python reference shares no code with any device, but only SHA-256's is quick enough for a pool (below a
    millisecond); x16r's takes far longer.
    """
    return "reference" if algorithm.name.startswith("sha256") else "host"


def hasher_of(algorithm: Algorithm, way: str) -> Hasher:
    """Return the function that hashes headers; it works in a thread, so that the pool goes on answering.

    Raises SettingsError for an unknown way.
    """
    if way not in WAYS:
        raise SettingsError(f"Shares can be verified by {' or '.join(WAYS)}, not by '{way}'.")
    digest = algorithm.reference if way == "reference" else _host_digest(algorithm)

    async def hash_header(header: bytes) -> int:
        return int.from_bytes(await asyncio.to_thread(digest, header), "little")

    return hash_header


def _host_digest(algorithm: Algorithm) -> Callable[[bytes], bytes]:
    from pithead_kernels.build.host import HostKernels  # needs a compiler or prebuilt kernels: only where asked for

    kernels = HostKernels(algorithm)

    def digest(header: bytes) -> bytes:
        return kernels.bind(header).digest(int.from_bytes(header[76:], "little"))

    return digest
