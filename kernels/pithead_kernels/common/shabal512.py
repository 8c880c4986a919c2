"""Shabal-512: E. Bresson et al., "Shabal, a submission to NIST's cryptographic hash algorithm competition", 2008."""

MASK = 2**32 - 1
P, R = 3, 12
"""The tunable parameters; P turns of 16 steps over a buffer A of R words."""

OFFSET_1, OFFSET_2, OFFSET_3 = 13, 9, 6
FINAL_ROUNDS = 3
DIGEST_BITS = 512

State = tuple[list[int], list[int], list[int]]
"""The buffers A (12 words), B and C (16 words each)."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 32-bit word by 0 < count < 32."""
    return (word << count | word >> (32 - count)) & MASK


def permute(m: list[int], a: list[int], b: list[int], c: list[int]) -> tuple[list[int], list[int]]:
    """The keyed permutation P_{M,C}(A, B)."""
    a, b = list(a), [rotate_left(word, 17) for word in b]
    for j in range(P):
        for i in range(16):
            k = (i + 16 * j) % R
            word = a[k] ^ rotate_left(a[k - 1], 15) * 5 & MASK ^ c[(8 - i) % 16]
            a[k] = (
                word * 3 & MASK ^ b[(i + OFFSET_1) % 16] ^ (b[(i + OFFSET_2) % 16] & ~b[(i + OFFSET_3) % 16]) ^ m[i]
            )
            b[i] = rotate_left(b[i], 1) ^ a[k] ^ MASK
    for j in range(36):
        a[j % R] = (a[j % R] + c[(j + 3) % 16]) & MASK
    return a, b


def absorb(state: State, m: list[int], counter: int) -> State:
    """One round: add the block, count it, permute, subtract the block, swap B and C."""
    a, b, c = state
    b = [(b[k] + m[k]) & MASK for k in range(16)]
    a = [a[0] ^ counter & MASK, a[1] ^ counter >> 32 & MASK, *a[2:]]
    a, b = permute(m, a, b, c)
    return a, [(c[k] - m[k]) & MASK for k in range(16)], b


def initial_state() -> State:
    """Two blocks that spell the digest's length, counted -1 and 0, from a state of zeros."""
    state: State = [0] * R, [0] * 16, [0] * 16
    for counter, first in ((-1, DIGEST_BITS), (0, DIGEST_BITS + 16)):
        state = absorb(state, list(range(first, first + 16)), counter)
    return state


INITIAL = initial_state()


def shabal512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: a bit 1, zeros to whole blocks of 64 bytes; C is the digest."""
    padded = data + b"\x80" + bytes(-(len(data) + 1) % 64)
    blocks = [
        [int.from_bytes(padded[start + 4 * k : start + 4 * k + 4], "little") for k in range(16)]
        for start in range(0, len(padded), 64)
    ]
    state = INITIAL
    for counter, block in enumerate(blocks, 1):
        state = absorb(state, block, counter)
    for _ in range(FINAL_ROUNDS):
        state = absorb(state, blocks[-1], len(blocks))  # the last block again, and the counter stands still
    return b"".join(word.to_bytes(4, "little") for word in state[2])
