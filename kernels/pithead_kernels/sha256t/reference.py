"""SHA-256 three times: each hash is the SHA-256 of the digest before it."""

from pithead_kernels.common.sha256 import sha256


def sha256t(header: bytes) -> bytes:
    """80-byte header -> 32-byte hash, a little-endian number."""
    digest = header
    for _ in range(3):
        digest = sha256(digest)
    return digest
