"""Keccak-512 as submitted to SHA-3, before FIPS 202 added its suffix: Bertoni et al., "The Keccak reference", 3.0."""

MASK = 2**64 - 1
RATE_BYTES = 72
ROUNDS = 24


def round_constants() -> list[int]:
    """RC[0] ... RC[23], section 1.2: bit 2^j - 1 is bit j + 7 i of the LFSR x^8 + x^6 + x^5 + x^4 + 1."""
    constants, register = [], 1
    for _ in range(ROUNDS):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << (2**j - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


CONSTANTS = round_constants()


def rotate_left(word: int, count: int) -> int:
    """Rotate a 64-bit word by any count."""
    count %= 64
    return (word << count | word >> (64 - count)) & MASK


def permute(state: list[int]) -> list[int]:
    """Keccak-f[1600] on 25 words; word (x, y) is state[x + 5 y]."""
    for constant in CONSTANTS:
        columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        parity = [columns[x - 1] ^ rotate_left(columns[(x + 1) % 5], 1) for x in range(5)]  # theta
        state = [word ^ parity[k % 5] for k, word in enumerate(state)]
        turned = [state[0]] * 25
        x, y = 1, 0
        for t in range(24):  # rho and pi
            turned[y + 5 * ((2 * x + 3 * y) % 5)] = rotate_left(state[x + 5 * y], (t + 1) * (t + 2) // 2)
            x, y = y, (2 * x + 3 * y) % 5
        state = [
            turned[5 * y + x] ^ (~turned[5 * y + (x + 1) % 5] & turned[5 * y + (x + 2) % 5])  # chi
            for y in range(5)
            for x in range(5)
        ]
        state[0] ^= constant  # iota
    return state


def keccak512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: capacity 1024, padding 10*1."""
    padded = bytearray(data + bytes(RATE_BYTES - len(data) % RATE_BYTES))
    padded[len(data)] |= 0x01
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), RATE_BYTES):
        for k in range(RATE_BYTES // 8):
            state[k] ^= int.from_bytes(padded[start + 8 * k : start + 8 * k + 8], "little")
        state = permute(state)
    return b"".join(word.to_bytes(8, "little") for word in state[:8])
