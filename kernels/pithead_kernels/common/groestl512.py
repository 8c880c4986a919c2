"""Groestl-512, plain and slow. Source: Groestl - a SHA-3 candidate, the tweaked version of March 2011."""

from __future__ import annotations

from pithead_kernels.common.aes import SUBSTITUTION_BOX, exclusive_or, multiply

ROUNDS = 14
"""Rounds of the 1024-bit permutations (section 3.4.6)."""

SHIFT_P = [0, 1, 2, 3, 4, 5, 6, 11]
SHIFT_Q = [1, 3, 5, 11, 0, 2, 4, 6]
"""ShiftBytesWide: how far row i turns to the left (section 3.4.4)."""

MIX = [2, 2, 3, 4, 5, 3, 5, 7]
"""First row of the circulant matrix of MixBytes (section 3.4.5)."""

_MULTIPLES = [bytes(multiply(x, factor) for x in range(256)) for factor in range(8)]

INITIAL = bytes(126) + (512).to_bytes(2, "big")
"""The digest's size in bits as a block of 1024 bits (section 3.5)."""


def _permute(state: bytes, is_q: bool) -> bytes:
    """P or Q on 128 bytes, column after column of 8: byte 8j + i is row i of column j (section 3.4)."""
    shift = SHIFT_Q if is_q else SHIFT_P
    for number in range(ROUNDS):
        state = _add_round_constant(state, number, is_q)
        mixed = bytearray()
        for column in range(16):
            shifted = [SUBSTITUTION_BOX[state[8 * ((column + shift[row]) % 16) + row]] for row in range(8)]
            mixed += bytes(_mix_bytes(shifted))
        state = bytes(mixed)
    return state


def _add_round_constant(state: bytes, number: int, is_q: bool) -> bytes:
    """AddRoundConstant (section 3.4.2)."""
    constant = bytearray(b"\xff" * 128 if is_q else bytes(128))
    for column in range(16):
        constant[8 * column + (7 if is_q else 0)] ^= column << 4 ^ number
    return exclusive_or(state, constant)


def _mix_bytes(column: list[int]) -> list[int]:
    result = []
    for row in range(8):
        total = 0
        for k in range(8):
            total ^= _MULTIPLES[MIX[(k - row) % 8]][column[k]]
        result.append(total)
    return result


def groestl512(data: bytes) -> bytes:
    """The 64-byte digest of any whole number of bytes (sections 3.1 to 3.3, 3.6)."""
    blocks = (len(data) + 1 + 8 + 127) // 128
    padded = (data + b"\x80").ljust(128 * blocks - 8, b"\0") + blocks.to_bytes(8, "big")
    chaining = INITIAL
    for at in range(0, len(padded), 128):
        message = padded[at : at + 128]
        p = _permute(exclusive_or(chaining, message), is_q=False)
        chaining = exclusive_or(chaining, exclusive_or(p, _permute(message, is_q=True)))
    return exclusive_or(_permute(chaining, is_q=False), chaining)[64:]
