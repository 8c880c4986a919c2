"""The byte field and the round of AES, as the hash functions built on it use them. Source: FIPS 197.

A block is 16 bytes, column after column: byte 4c + r is row r of column c (FIPS 197 section 3.4).
"""

from __future__ import annotations

AES_POLYNOMIAL = 0x11B
"""x^8 + x^4 + x^3 + x + 1 (FIPS 197 section 4.2)."""


def multiply(a: int, b: int, polynomial: int = AES_POLYNOMIAL) -> int:
    """The product of two bytes in GF(2^8) modulo a polynomial of degree 8 (FIPS 197 section 4.2)."""
    product = 0
    for bit in range(8):
        if b >> bit & 1:
            product ^= a
        a = a << 1 ^ (polynomial if a & 0x80 else 0)
    return product


def circulant(first_row: list[int], column: list[int], polynomial: int = AES_POLYNOMIAL) -> list[int]:
    """A column multiplied by the circulant matrix whose row i is `first_row` turned right by i."""
    size = len(first_row)
    result = []
    for row in range(size):
        total = 0
        for k in range(size):
            total ^= multiply(first_row[(k - row) % size], column[k], polynomial)
        result.append(total)
    return result


def _substitution_box() -> bytes:
    """SubBytes: the inverse in the field (0 for 0), then the affine map (FIPS 197 section 5.1.1)."""
    box = bytearray()
    for x in range(256):
        inverse = next((y for y in range(256) if multiply(x, y) == 1), 0)
        turned = [(inverse << n | inverse >> (8 - n)) & 0xFF for n in range(5)]
        box.append(turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4] ^ 0x63)
    return bytes(box)


SUBSTITUTION_BOX = _substitution_box()
"""The S-box, 256 bytes."""

MIX_COLUMNS = [2, 3, 1, 1]
"""First row of the matrix of MixColumns (FIPS 197 section 5.1.3)."""

_MULTIPLES = [bytes(multiply(x, factor) for x in range(256)) for factor in range(4)]


def mix_columns(column: list[int]) -> list[int]:
    """One column of four bytes multiplied by the matrix of MixColumns (FIPS 197 section 5.1.3)."""
    result = []
    for row in range(4):
        total = 0
        for k in range(4):
            total ^= _MULTIPLES[MIX_COLUMNS[(k - row) % 4]][column[k]]
        result.append(total)
    return result


def aes_round(block: bytes, key: bytes = bytes(16)) -> bytes:
    """One full round on a 16-byte block: SubBytes, ShiftRows, MixColumns, AddRoundKey (FIPS 197 section 5.1)."""
    result = bytearray()
    for column in range(4):
        shifted = [SUBSTITUTION_BOX[block[4 * ((column + row) % 4) + row]] for row in range(4)]
        result += bytes(mix_columns(shifted))
    return exclusive_or(result, key)


def exclusive_or(a: bytes | bytearray, b: bytes | bytearray) -> bytes:
    """The bitwise exclusive or of two equally long byte strings."""
    return (int.from_bytes(a, "little") ^ int.from_bytes(b, "little")).to_bytes(len(a), "little")
