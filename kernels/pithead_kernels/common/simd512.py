"""SIMD-512, version 1.1: G. Leurent, C. Bouillaguet, P.-A. Fouque, "SIMD is a message digest", 2009, as tweaked."""

MASK = 2**32 - 1
BLOCK_BYTES = 128
BETA = 41
"""A root of unity of order 256 modulo 257."""

PERMUTATIONS = (1, 6, 2, 3, 5, 7, 4)
"""p_i(j) = j ^ PERMUTATIONS[i mod 7], the word of A that step i adds to word j."""

ROTATIONS = ((3, 23, 17, 27), (28, 19, 22, 7), (29, 9, 15, 5), (4, 13, 10, 25))
"""The rotations of the four rounds; the four last steps use those of the fourth."""

ROWS = (
    *(4, 6, 0, 2, 7, 5, 3, 1, 15, 11, 12, 8, 9, 13, 10, 14),
    *(17, 18, 23, 20, 22, 21, 16, 19, 30, 24, 25, 31, 27, 29, 28, 26),
)
"""The permutation P of the rows of the expanded message."""

State = list[list[int]]
"""The words A, B, C and D, eight each."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 32-bit word by 0 < count < 32."""
    return (word << count | word >> (32 - count)) & MASK


def expand(block: bytes, is_final: bool) -> list[list[int]]:
    """The 32 rows of eight words: a number-theoretic transform over GF(257), an affine twist, a concatenated code."""
    twist = (255, 253) if is_final else (255,)
    y = [
        sum(byte * pow(BETA, i * j, 257) for j, byte in enumerate(block)) + sum(pow(BETA, i * e, 257) for e in twist)
        for i in range(256)
    ]
    y = [(v + 128) % 257 - 128 for v in y]  # representatives from -128 to 128
    words = [
        [y[2 * i] * 185 & 0xFFFF | (y[2 * i + 1] * 185 & 0xFFFF) << 16 for i in range(128)],
        [y[2 * i] * 233 & 0xFFFF | (y[2 * i + 128] * 233 & 0xFFFF) << 16 for i in range(64)],
        [y[2 * i + 1] * 233 & 0xFFFF | (y[2 * i + 129] * 233 & 0xFFFF) << 16 for i in range(64)],
    ]
    rows = [part[start : start + 8] for part in words for start in range(0, len(part), 8)]
    return [rows[row] for row in ROWS]


def choose(x: int, y: int, z: int) -> int:
    """The function IF: the bits of y where x is 1, those of z where it is 0."""
    return (y ^ z) & x ^ z


def majority(x: int, y: int, z: int) -> int:
    """The function MAJ."""
    return x & y | x & z | y & z


def step(state: State, words: list[int], index: int, r: int, s: int, is_choice: bool) -> State:
    """One step of the eight parallel Feistel ladders."""
    a, b, c, d = state
    function = choose if is_choice else majority
    turned = [rotate_left(word, r) for word in a]
    new = [rotate_left(d[j] + words[j] + function(a[j], b[j], c[j]) & MASK, s) for j in range(8)]
    return [[(new[j] + turned[j ^ PERMUTATIONS[index % 7]]) & MASK for j in range(8)], turned, b, c]


def compress(chaining: State, block: bytes, is_final: bool = False) -> State:
    """Four rounds of eight steps on the chaining value and message, then four steps with the chaining value."""
    rows = expand(block, is_final)
    m = [int.from_bytes(block[4 * k : 4 * k + 4], "little") for k in range(32)]
    state = [[word ^ m[8 * part + j] for j, word in enumerate(words)] for part, words in enumerate(chaining)]
    for index in range(32):
        turns = ROTATIONS[index // 8]
        state = step(state, rows[index], index, turns[index % 4], turns[(index + 1) % 4], index % 8 < 4)
    for index in range(32, 36):
        turns = ROTATIONS[3]
        state = step(state, chaining[index - 32], index, turns[index % 4], turns[(index + 1) % 4], True)
    return state


INITIAL = compress([[0] * 8 for _ in range(4)], b"SIMD-512 v1.1".ljust(BLOCK_BYTES, b"\0"))
"""The compression of the function's name from zeros."""


def simd512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: zeros to whole blocks, then a block of the length in bits."""
    state = INITIAL
    padded = data + bytes(-len(data) % BLOCK_BYTES)
    for start in range(0, len(padded), BLOCK_BYTES):
        state = compress(state, padded[start : start + BLOCK_BYTES])
    state = compress(state, (8 * len(data)).to_bytes(BLOCK_BYTES, "little"), is_final=True)
    return b"".join(word.to_bytes(4, "little") for word in state[0] + state[1])
