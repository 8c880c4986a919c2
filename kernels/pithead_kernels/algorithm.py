"""What an algorithm is: plain data that names its kernels, its reference and its vectors.

Each folder beside this file that has an `ALGORITHM` in its package is one algorithm; nothing else lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent
"""Where the kernel sources lie."""

HEADER_BYTES = 80
"""Size of a Bitcoin-style block header; its last four bytes are the nonce, little-endian."""

FOUND_MAX = 15
"""How many candidates one launch can hand back (`FOUND_MAX` of common/lane.h)."""

JOB_WORDS = 64
"""How many u64 of job constants an entry point's `prepare` may fill."""


@dataclass(frozen=True, slots=True)
class Program:
    """One translation unit: a source below the kernels' folder and the -D tunables it is built with."""

    source: str
    defines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Kernel:
    """An entry point of a program.

    All have the same arguments: `(u64 job[64], u32 start, u32 count, u32 filter, u64 state[8][row], u32 out[16])`.
    """

    program: Program
    entry: str
    prepare: str | None = None
    """The host entry `(u32 header[20], u64 job[64])` that computes what is constant over a job, if there is any."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A proof of work over an 80-byte header with a 32-bit nonce at its end."""

    name: str
    digest: Callable[[bytes], tuple[Kernel, ...]]
    """header -> kernels, run one after the other, that leave the hash in the first 4 words of the state."""
    search: Callable[[bytes], tuple[Kernel, ...]]
    """header -> kernels, run one after the other, that report candidates: nonces whose hash's top u32 <= filter."""
    reference: Callable[[bytes], bytes]
    """80-byte header -> 32-byte hash, a little-endian number; slow, in the specification's words."""
    programs: tuple[Program, ...]
    """Every program that any header can need: what `compile` builds."""
    share_multiplier: int = 1
    """Pools state the difficulty of this algorithm in units of 1/share_multiplier of Bitcoin's (256 for x16r)."""
