"""How a practice pool is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_VERSION_MASK = 0x1FFFE000
"""The bits of the block version that miners may roll (BIP 320)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOptions:
    """What `PracticePool` is made from; the defaults suit a test in the same process."""

    algorithm: str
    """A name that `pithead_kernels.find` knows."""
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free one; `PracticePool.port` tells which."""
    difficulty: float | None = None
    """Fixed share difficulty in the pool's unit; None: the pool adjusts it to one share in `share_seconds`."""
    share_seconds: float = 5.0
    job_seconds: float = 30.0
    """A new job on the same block this often."""
    block_seconds: float = 120.0
    """A new made-up block, and with it a clean job, this often."""
    network_difficulty: float | None = None
    """What a block takes, in the pool's unit; None: 200 times the greatest share difficulty in use."""
    extranonce2_bytes: int = 4
    version_mask: int = DEFAULT_VERSION_MASK
    """0: no version rolling."""
    verify: str | None = None
    """How a share is hashed: "reference" (Python) or "host" (the host build); None: what suits the algorithm."""
    misbehave: Mapping[str, str] = field(default_factory=dict)
    """Misbehaviour by name, each with its value; `conduct.read_misbehaviour` makes it from a command line's text."""
    tls_cert: Path | None = None
    """PEM file of the certificate chain; with it and `tls_key` the pool speaks TLS."""
    tls_key: Path | None = None
    max_connections: int = 256
    max_line_bytes: int = 16 * 1024
    idle_seconds: float = 600.0
    """A connection that sends nothing for this long is closed."""
