"""JH-512 with 42 rounds: Hongjun Wu, "The hash function JH", 16 January 2011."""

from itertools import chain as concatenate

SBOXES = (
    (9, 0, 4, 11, 13, 12, 3, 15, 1, 10, 2, 6, 7, 5, 8, 14),
    (3, 12, 6, 13, 5, 7, 1, 9, 15, 2, 0, 4, 11, 10, 14, 8),
)
"""The S-boxes S0 and S1."""

FIRST_CONSTANT = 0x6A09E667F3BCC908B2FB1366EA957D3E3ADEC17512775099DA2F590B0667322A
"""C_0 of E8, the first 256 bits of the fraction of the square root of 2."""

ROUNDS = 42


def nibbles(word: int, count: int) -> list[int]:
    """The `count` 4-bit elements of a number, most significant first."""
    return [word >> 4 * k & 15 for k in reversed(range(count))]


def double(element: int) -> int:
    """Multiply by x in GF(2^4) modulo x^4 + x + 1."""
    return (element << 1 ^ (0x13 if element & 8 else 0)) & 15


def permute(elements: list[int]) -> list[int]:
    """P_d, for 2^d elements: pi, then P', then phi."""
    a = list(elements)
    half = len(a) // 2
    for k in range(0, len(a), 4):
        a[k + 2], a[k + 3] = a[k + 3], a[k + 2]
    a = a[0::2] + a[1::2]
    for k in range(half, len(a), 2):
        a[k], a[k + 1] = a[k + 1], a[k]
    return a


def round_function(elements: list[int], constant: int) -> list[int]:
    """R_d: S-boxes selected by the constant's bits, L on pairs, P_d."""
    count = len(elements)
    v = [SBOXES[constant >> (count - 1 - k) & 1][element] for k, element in enumerate(elements)]
    for k in range(0, count, 2):
        v[k + 1] ^= double(v[k])
        v[k] ^= double(v[k + 1])
    return permute(v)


def round_constants() -> list[int]:
    """C_0 ... C_41 of E8, 256 bits each: R_6 without a constant, again and again."""
    constants = [FIRST_CONSTANT]
    while len(constants) < ROUNDS:
        constant = 0
        for element in round_function(nibbles(constants[-1], 64), 0):
            constant = constant << 4 | element
        constants.append(constant)
    return constants


CONSTANTS = round_constants()


def e8(state: int) -> int:
    """The bijection E_8 on 1024 bits: group bits to elements, 42 rounds, ungroup."""
    bits = [state >> k & 1 for k in reversed(range(1024))]
    even = [bits[k] << 3 | bits[k + 256] << 2 | bits[k + 512] << 1 | bits[k + 768] for k in range(128)]
    odd = [bits[k + 128] << 3 | bits[k + 384] << 2 | bits[k + 640] << 1 | bits[k + 896] for k in range(128)]
    elements = list(concatenate.from_iterable(zip(even, odd, strict=True)))
    for constant in CONSTANTS:
        elements = round_function(elements, constant)
    result = 0
    for place in (3, 2, 1, 0):
        for half in (elements[0::2], elements[1::2]):
            for element in half:
                result = result << 1 | element >> place & 1
    return result


def compress(chain: int, block: int) -> int:
    """F_8: 1024 bits of state, 512 bits of message."""
    return e8(chain ^ block << 512) ^ block


def jh512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes (pad by at least 512 bits, iterate, truncate)."""
    bits = 8 * len(data)
    padded = data + b"\x80" + bytes(47 + -len(data) % 64) + bits.to_bytes(16, "big")
    chain = compress(512 << 1008, 0)
    for start in range(0, len(padded), 64):
        chain = compress(chain, int.from_bytes(padded[start : start + 64], "big"))
    return (chain & (2**512 - 1)).to_bytes(64, "big")
