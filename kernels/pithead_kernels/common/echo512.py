"""ECHO-512, plain and slow, without salt. Source: SHA-3 Proposal: ECHO, version 2.0 (2010)."""

from __future__ import annotations

from pithead_kernels.common.aes import aes_round, exclusive_or, mix_columns

ROUNDS = 10
"""Rounds of the compression function with a chaining value of 1024 bits (section 3)."""

INITIAL = (512).to_bytes(16, "little") * 8
"""The digest's size in bits as each of the eight words of the chaining value (section 2.1)."""


def _compress(chaining: bytes, message: bytes, counter: int) -> bytes:
    """Compress1024: the state is sixteen words of 16 bytes, word 4c + r in row r of column c (section 3.2)."""
    state = [(chaining + message)[at : at + 16] for at in range(0, 256, 16)]
    key = counter
    for _ in range(ROUNDS):
        for k in range(16):
            state[k] = aes_round(aes_round(state[k], key.to_bytes(16, "little")))
            key += 1
        shifted = [state[(k + 4 * (k % 4)) % 16] for k in range(16)]
        state = []
        for column in range(0, 16, 4):
            state += _mix(shifted[column : column + 4])
    folded = [exclusive_or(chaining[16 * k : 16 * k + 16], message[16 * k : 16 * k + 16]) for k in range(8)]
    return b"".join(exclusive_or(folded[k], exclusive_or(state[k], state[k + 8])) for k in range(8))


def _mix(words: list[bytes]) -> list[bytes]:
    """BIG.MixColumns: MixColumns of AES on the four bytes at each place of four words (section 3.2.3)."""
    mixed = [mix_columns([word[place] for word in words]) for place in range(16)]
    return [bytes(column[row] for column in mixed) for row in range(4)]


def echo512(data: bytes) -> bytes:
    """The 64-byte digest of any whole number of bytes (sections 2.2 to 2.4)."""
    bits = 8 * len(data)
    blocks = (len(data) + 1 + 18 + 127) // 128
    padded = (data + b"\x80").ljust(128 * blocks - 18, b"\0") + b"\x00\x02" + bits.to_bytes(16, "little")
    chaining = INITIAL
    for number in range(blocks):
        counter = min(1024 * (number + 1), bits) if 1024 * number < bits else 0
        chaining = _compress(chaining, padded[128 * number : 128 * number + 128], counter)
    return chaining[:64]
