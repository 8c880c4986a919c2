"""Whirlpool, plain and slow, in its final form (2003, ISO/IEC 10118-3). Source: The WHIRLPOOL Hashing Function."""

from __future__ import annotations

from pithead_kernels.common.aes import exclusive_or, multiply

ROUNDS = 10
"""Rounds of the block cipher W (section 3.7)."""

POLYNOMIAL = 0x11D
"""x^8 + x^4 + x^3 + x^2 + 1 (section 2.1)."""

MIX = [1, 1, 4, 1, 8, 5, 2, 9]
"""First row of the circulant matrix C of the diffusion layer (section 3.4)."""

_EXPONENTIAL = [0x1, 0xB, 0x9, 0xC, 0xD, 0x6, 0xF, 0x3, 0xE, 0x8, 0x7, 0x4, 0xA, 0x2, 0x5, 0x0]
_PSEUDO_RANDOM = [0x7, 0xC, 0xB, 0xD, 0xE, 0x4, 0x9, 0xF, 0x6, 0x3, 0x8, 0xA, 0x2, 0x5, 0x1, 0x0]
"""The mini-boxes E and R (appendix B)."""


def _substitution_box() -> bytes:
    """The S-box from the mini-boxes E, its inverse and R (appendix B)."""
    box = bytearray()
    for x in range(256):
        high = _EXPONENTIAL[x >> 4]
        low = _EXPONENTIAL.index(x & 15)
        middle = _PSEUDO_RANDOM[high ^ low]
        box.append(_EXPONENTIAL[high ^ middle] << 4 | _EXPONENTIAL.index(low ^ middle))
    return bytes(box)


SUBSTITUTION_BOX = _substitution_box()

_MULTIPLES = {factor: bytes(multiply(x, factor, POLYNOMIAL) for x in range(256)) for factor in MIX}


def _round(state: bytes, key: bytes) -> bytes:
    """One round on 64 bytes, row after row: the layers gamma, pi, theta and sigma (sections 3.2 to 3.5)."""
    result = bytearray()
    for row in range(8):
        shifted = [SUBSTITUTION_BOX[state[8 * ((row - column) % 8) + column]] for column in range(8)]
        for column in range(8):
            total = 0
            for k in range(8):
                total ^= _MULTIPLES[MIX[(column - k) % 8]][shifted[k]]
            result.append(total)
    return exclusive_or(result, key)


def _compress(chaining: bytes, message: bytes) -> bytes:
    """The block cipher W keyed by the chaining value, in the mode of Miyaguchi and Preneel (section 3.8)."""
    key = chaining
    state = exclusive_or(message, key)
    for number in range(ROUNDS):
        key = _round(key, SUBSTITUTION_BOX[8 * number : 8 * number + 8].ljust(64, b"\0"))
        state = _round(state, key)
    return exclusive_or(state, exclusive_or(chaining, message))


def whirlpool(data: bytes) -> bytes:
    """The 64-byte digest of any whole number of bytes (section 3.8)."""
    padded = (data + b"\x80").ljust((len(data) + 1 + 32 + 63) // 64 * 64 - 32, b"\0")
    padded += (8 * len(data)).to_bytes(32, "big")
    chaining = bytes(64)
    for at in range(0, len(padded), 64):
        chaining = _compress(chaining, padded[at : at + 64])
    return chaining
