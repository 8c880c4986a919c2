"""BLAKE-512 as submitted to the last round of SHA-3: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", 1.3."""

MASK = 2**64 - 1

IV = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
"""Section 2.2.1: the initial value is SHA-512's."""

CONSTANTS = (
    0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89,
    0x452821E638D01377, 0xBE5466CF34E90C6C, 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917,
    0x9216D5D98979FB1B, 0xD1310BA698DFB5AC, 0x2FFD72DBD01ADFB7, 0xB8E1AFED6A267E96,
    0xBA7C9045F12C7F99, 0x24A19947B3916CF7, 0x0801F2E2858EFC16, 0x636920D871574E69,
)  # fmt: skip
"""Section 2.2.1: the first digits of pi."""

PERMUTATIONS = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
"""The permutations sigma, used modulo 10."""

ROUNDS = 16
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
"""Section 2.1.2: the columns, then the diagonals, of the 4x4 state."""


def rotate_right(word: int, count: int) -> int:
    """Rotate a 64-bit word."""
    return (word >> count | word << (64 - count)) & MASK


def mix(state: list[int], quarter: tuple[int, int, int, int], first: int, second: int) -> None:
    """G_i of section 2.2.2; `first` and `second` are message words xored with their constants."""
    a, b, c, d = quarter
    for addend, turn_d, turn_b in ((first, 32, 25), (second, 16, 11)):
        state[a] = (state[a] + state[b] + addend) & MASK
        state[d] = rotate_right(state[d] ^ state[a], turn_d)
        state[c] = (state[c] + state[d]) & MASK
        state[b] = rotate_right(state[b] ^ state[c], turn_b)


def compress(chain: list[int], block: bytes, counter: int) -> list[int]:
    """The compression function, section 2.2.2, with salt 0: 8 words, 128 bytes, bits hashed so far -> 8 words."""
    message = [int.from_bytes(block[k : k + 8], "big") for k in range(0, 128, 8)]
    low, high = counter & MASK, counter >> 64
    state = chain + list(CONSTANTS[:8])
    for k, word in zip(range(12, 16), (low, low, high, high), strict=True):
        state[k] ^= word
    for number in range(ROUNDS):
        sigma = PERMUTATIONS[number % 10]
        for index, quarter in enumerate(QUARTERS):
            i, j = sigma[2 * index], sigma[2 * index + 1]
            mix(state, quarter, message[i] ^ CONSTANTS[j], message[j] ^ CONSTANTS[i])
    return [h ^ v ^ w for h, v, w in zip(chain, state[:8], state[8:], strict=True)]


def blake512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes (section 2.2.3: pad, then iterate)."""
    bits = 8 * len(data)
    padding = bytearray(1 + (111 - len(data)) % 128)
    padding[0] = 0x80
    padding[-1] |= 0x01
    padded = data + bytes(padding) + bits.to_bytes(16, "big")
    chain = list(IV)
    for start in range(0, len(padded), 128):
        # A block without a single message bit is compressed with counter 0.
        counter = min(bits, 8 * (start + 128)) if 8 * start < bits else 0
        chain = compress(chain, padded[start : start + 128], counter)
    return b"".join(word.to_bytes(8, "big") for word in chain)
