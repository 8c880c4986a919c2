"""SHA-512: FIPS 180-4, sections 5.1.2 and 6.4."""

import hashlib


def sha512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes."""
    return hashlib.sha512(data).digest()
