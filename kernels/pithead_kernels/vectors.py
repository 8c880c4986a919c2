"""Test vectors and their verification: each by the reference, and by the host build where it takes the message."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pithead_kernels.algorithm import HEADER_BYTES, ROOT, Algorithm
from pithead_kernels.build.cache import Cache
from pithead_kernels.build.host import HostKernels
from pithead_kernels.x16r.function import MESSAGE_BYTES, HostFunction

NONCE = slice(76, 80)
"""Where an 80-byte header holds its nonce, little-endian."""


@dataclass(frozen=True, slots=True)
class Vector:
    """What a function or an algorithm makes of a message."""

    message: bytes
    digest: bytes
    """As the function gives it: an algorithm's hash is a little-endian number."""
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a group of vectors fared."""

    name: str
    by_reference: int
    """How many vectors the reference was asked for."""
    by_host: int
    """How many vectors the host build was asked for: a function's host build takes 64 and 80 bytes alone."""
    faults: tuple[str, ...]
    """One sentence for each disagreement."""

    def __str__(self) -> str:
        if self.faults:
            return f"{self.name}: " + "; ".join(self.faults)
        return f"{self.name}: all agree ({self.by_reference} by the reference, {self.by_host} by the host build)"


def algorithm_vectors(algorithm: Algorithm) -> tuple[Vector, ...]:
    """Return an algorithm's own vectors: headers and their hashes."""
    vectors = _read(ROOT / algorithm.name / "vectors.json", "header", "hash")
    return tuple(Vector(vector.message, vector.digest[::-1], vector.source) for vector in vectors)


def function_vectors(name: str) -> tuple[Vector, ...]:
    """Return the vectors of a function in common/."""
    return _read(ROOT / "common" / "vectors" / f"{name}.json", "message", "digest")


def functions() -> tuple[str, ...]:
    """Return every function in common/ that has vectors."""
    return tuple(sorted(path.stem for path in (ROOT / "common" / "vectors").glob("*.json")))


def functions_of(algorithm: Algorithm) -> tuple[str, ...]:
    """Return the functions in common/ that an algorithm's programs are made of."""
    named = {dict(program.defines).get("FUNCTION") for program in algorithm.programs}
    return tuple(name for name in functions() if name in named)


def verify_algorithm(algorithm: Algorithm, cache: Cache) -> Verdict:
    """Hash every header by the reference and by the host build."""
    vectors = algorithm_vectors(algorithm)
    host = HostKernels(algorithm, cache_dir=cache.folder)
    faults = []
    for vector in vectors:
        nonce = int.from_bytes(vector.message[NONCE], "little")
        faults += _compare("reference", vector, algorithm.reference(vector.message))
        faults += _compare("host build", vector, host.bind(vector.message).digest(nonce))
    return Verdict(algorithm.name, len(vectors), len(vectors), tuple(faults))


def verify_function(name: str, cache: Cache) -> Verdict:
    """Hash every message by the reference, and those of 64 and 80 bytes by the host build."""
    vectors = function_vectors(name)
    reference = getattr(import_module(f"pithead_kernels.common.{name}"), name)
    host = HostFunction(name, cache)
    faults: list[str] = []
    by_host = 0
    for vector in vectors:
        faults += _compare("reference", vector, reference(vector.message))
        for digest in _host_digests(host, vector.message):
            by_host += 1
            faults += _compare("host build", vector, digest[: len(vector.digest)])
    return Verdict(name, len(vectors), by_host, tuple(faults))


def _host_digests(host: HostFunction, message: bytes) -> Iterator[bytes]:
    if len(message) == HEADER_BYTES:
        yield from host.header_digests(message, int.from_bytes(message[NONCE], "little"), 1)
    elif len(message) == MESSAGE_BYTES:
        yield from host.digests([message])


def _compare(by: str, vector: Vector, got: bytes) -> list[str]:
    if got == vector.digest:
        return []
    return [f"the {by} makes {got.hex()} of {vector.message.hex()!r}, not {vector.digest.hex()} ({vector.source})"]


def _read(path: Path, message: str, digest: str) -> tuple[Vector, ...]:
    group = json.loads(path.read_text())
    return tuple(
        Vector(bytes.fromhex(entry[message]), bytes.fromhex(entry[digest]), entry.get("source", group["source"]))
        for entry in group["vectors"]
    )
