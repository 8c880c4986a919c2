"""CubeHash160+16/32+160-512: D. J. Bernstein, "CubeHash specification (2.B.1)", 15 September 2009."""

MASK = 2**32 - 1
INITIAL_ROUNDS, ROUNDS_PER_BLOCK, FINAL_ROUNDS = 160, 16, 160
BLOCK_BYTES = 32
DIGEST_BYTES = 64


def rotate_left(word: int, count: int) -> int:
    """Rotate a 32-bit word by 0 < count < 32."""
    return (word << count | word >> (32 - count)) & MASK


def transform(x: list[int], rounds: int) -> list[int]:
    """The rounds of ten steps on the state x[00000] ... x[11111], five bits jklmn to an index."""
    x = list(x)
    for _ in range(rounds):
        for count, first_swap, second_swap in ((7, 8, 2), (11, 4, 1)):
            for k in range(16):
                x[16 + k] = (x[16 + k] + x[k]) & MASK
            x[:16] = [rotate_left(word, count) for word in x[:16]]
            x[:16] = [x[k ^ first_swap] for k in range(16)]
            for k in range(16):
                x[k] ^= x[16 + k]
            x[16:] = [x[16 + (k ^ second_swap)] for k in range(16)]
    return x


INITIAL = transform([DIGEST_BYTES, BLOCK_BYTES, ROUNDS_PER_BLOCK] + [0] * 29, INITIAL_ROUNDS)


def cubehash512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: a bit 1, then zeros to whole blocks; little-endian words."""
    padded = data + b"\x80" + bytes(-(len(data) + 1) % BLOCK_BYTES)
    x = INITIAL
    for start in range(0, len(padded), BLOCK_BYTES):
        block = [int.from_bytes(padded[start + 4 * k : start + 4 * k + 4], "little") for k in range(8)]
        x = transform([x[k] ^ block[k] for k in range(8)] + x[8:], ROUNDS_PER_BLOCK)
    x = transform([*x[:31], x[31] ^ 1], FINAL_ROUNDS)
    return b"".join(word.to_bytes(4, "little") for word in x[: DIGEST_BYTES // 4])
