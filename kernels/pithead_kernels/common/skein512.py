"""Skein-512-512: Ferguson et al., "The Skein hash function family", version 1.3."""

MASK = 2**64 - 1

PARITY = 0x1BD11BDAA9FC1A22
"""Section 3.3.2: C_240, the constant of the key schedule."""

ROTATIONS = (
    (46, 36, 19, 37), (33, 27, 14, 42), (17, 49, 36, 39), (44, 9, 54, 56),
    (39, 30, 34, 24), (13, 50, 10, 17), (25, 29, 39, 43), (8, 35, 56, 22),
)  # fmt: skip
"""Section 3.3.1, table 4: R_d,j for eight words, d modulo 8."""

PERMUTATION = (2, 1, 4, 7, 6, 5, 0, 3)
"""Section 3.3, table 3: pi for eight words."""

ROUNDS = 72
CONFIGURATION, MESSAGE, OUTPUT = 4, 48, 63
"""Section 3.5.1, table 6: types of the UBI calls."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 64-bit word."""
    return (word << count | word >> (64 - count)) & MASK


def threefish512(key: list[int], tweak: list[int], plain: list[int]) -> list[int]:
    """Section 3.3: encrypt 8 words under a key of 8 and a tweak of 2 words."""
    parity = PARITY
    for word in key:
        parity ^= word
    keys = [*key, parity]
    tweaks = [*tweak, tweak[0] ^ tweak[1]]

    def subkey(number: int) -> list[int]:
        words = [keys[(number + k) % 9] for k in range(8)]
        words[5] += tweaks[number % 3]
        words[6] += tweaks[(number + 1) % 3]
        words[7] += number
        return words

    state = plain
    for number in range(ROUNDS):
        if number % 4 == 0:
            state = [(v + k) & MASK for v, k in zip(state, subkey(number // 4), strict=True)]
        mixed = []
        for first, second, turn in zip(state[0::2], state[1::2], ROTATIONS[number % 8], strict=True):
            total = (first + second) & MASK
            mixed += [total, rotate_left(second, turn) ^ total]
        state = [mixed[k] for k in PERMUTATION]
    return [(v + k) & MASK for v, k in zip(state, subkey(ROUNDS // 4), strict=True)]


def ubi(chain: list[int], data: bytes, kind: int) -> list[int]:
    """Section 3.4: unique block iteration over whole bytes; `kind` is the type field of the tweak."""
    blocks = max(1, -(-len(data) // 64))
    for number in range(blocks):
        block = data[64 * number : 64 * number + 64].ljust(64, b"\0")
        words = [int.from_bytes(block[k : k + 8], "little") for k in range(0, 64, 8)]
        first, final = number == 0, number == blocks - 1
        tweak = [min(len(data), 64 * number + 64), kind << 56 | first << 62 | final << 63]
        chain = [v ^ w for v, w in zip(threefish512(chain, tweak, words), words, strict=True)]
    return chain


def skein512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes (section 3.5.4: configuration, message, output)."""
    configuration = b"SHA3" + (1).to_bytes(4, "little") + (512).to_bytes(8, "little") + bytes(16)
    chain = ubi([0] * 8, configuration, CONFIGURATION)
    chain = ubi(chain, data, MESSAGE)
    return b"".join(word.to_bytes(8, "little") for word in ubi(chain, bytes(8), OUTPUT))
