"""SHA-256 twice, as Bitcoin hashes its block headers (Bitcoin developer reference, "Block Headers")."""

from pithead_kernels.common.sha256 import sha256


def sha256d(header: bytes) -> bytes:
    """80-byte header -> 32-byte hash, a little-endian number."""
    return sha256(sha256(header))
