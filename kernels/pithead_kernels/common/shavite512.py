"""SHAvite-3-512, plain and slow, without salt. Source: The SHAvite-3 Hash Function, tweaked version of 2009."""

from __future__ import annotations

from pithead_kernels.common.aes import aes_round, exclusive_or

ROUNDS = 14
"""Rounds of the block cipher E512 (section 3.2)."""

_COUNTED = {32: (0, 1, 2, 3), 164: (3, 2, 1, 0), 316: (2, 3, 0, 1), 440: (1, 0, 3, 2)}
"""First word of the subkey -> the words of the counter that go in, the last of them inverted (section 3.2.2)."""


def _expand(message: bytes, counter: int) -> list[bytes]:
    """The 112 subkeys of 16 bytes: eight for every round (section 3.2.2)."""
    words = [message[at : at + 4] for at in range(0, 128, 4)]
    counters = [(counter >> 32 * k & 0xFFFFFFFF).to_bytes(4, "little") for k in range(4)]
    while len(words) < 32 * ROUNDS:
        at = len(words)
        if at // 32 % 2:
            taken = [*words[at - 31 : at - 28], words[at - 32]]
            mixed = aes_round(b"".join(taken))
            fresh = exclusive_or(mixed, b"".join(words[at - 4 :]))
            if at in _COUNTED:
                chosen = [counters[k] for k in _COUNTED[at]]
                fresh = exclusive_or(fresh, b"".join([*chosen[:3], exclusive_or(chosen[3], b"\xff" * 4)]))
        else:
            fresh = exclusive_or(b"".join(words[at - 32 : at - 28]), b"".join(words[at - 7 : at - 3]))
        words += [fresh[k : k + 4] for k in range(0, 16, 4)]
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _feed(half: bytes, keys: list[bytes]) -> bytes:
    """F4: four rounds of AES, the keys going in before each of them (section 3.2.1)."""
    for key in keys:
        half = aes_round(exclusive_or(half, key))
    return half


def _compress(chaining: bytes, message: bytes, counter: int) -> bytes:
    """C512: the Feistel cipher E512 in the mode of Davies and Meyer (section 3.2)."""
    a, b, c, d = (chaining[at : at + 16] for at in range(0, 64, 16))
    keys = _expand(message, counter)
    for number in range(ROUNDS):
        key = keys[8 * number : 8 * number + 8]
        a, c = exclusive_or(a, _feed(b, key[:4])), exclusive_or(c, _feed(d, key[4:]))
        a, b, c, d = d, a, b, c
    return exclusive_or(chaining, a + b + c + d)


INITIAL = _compress(_compress(bytes(64), bytes(128), 0), (512).to_bytes(2, "little").ljust(128, b"\0"), 0)
"""The initial value for 512 bits, made from the digest's size (section 3.3)."""


def shavite512(data: bytes) -> bytes:
    """The 64-byte digest of any whole number of bytes (HAIFA padding: section 3.3)."""
    bits = 8 * len(data)
    blocks = (len(data) + 1 + 18 + 127) // 128
    padded = (data + b"\x80").ljust(128 * blocks - 18, b"\0") + bits.to_bytes(16, "little") + b"\x00\x02"
    chaining = INITIAL
    for number in range(blocks):
        counter = min(1024 * (number + 1), bits) if 1024 * number < bits else 0
        chaining = _compress(chaining, padded[128 * number : 128 * number + 128], counter)
    return chaining
