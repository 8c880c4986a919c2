"""SHA-256 in the words of FIPS 180-4: slow, for checking.

The constants are derived as section 4.2.2 and 5.3.3 say: the first 32 bits of the fractional parts of the cube roots (square roots)
of the first 64 (8) primes.
"""

from math import isqrt

MASK = 2**32 - 1


def primes(count: int) -> list[int]:
    """Return the first `count` primes."""
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def cube_root(number: int) -> int:
    """Return the integer part of a cube root."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


K = [cube_root(prime << 96) & MASK for prime in primes(64)]
H0 = [isqrt(prime << 64) & MASK for prime in primes(8)]


def rotr(x: int, n: int) -> int:
    """ROTR^n(x), section 3.2."""
    return (x >> n | x << (32 - n)) & MASK


def ch(x: int, y: int, z: int) -> int:
    """Section 4.1.2 (4.2)."""
    return x & y ^ ~x & z


def maj(x: int, y: int, z: int) -> int:
    """Section 4.1.2 (4.3)."""
    return x & y ^ x & z ^ y & z


def pad(message: bytes) -> bytes:
    """Section 5.1.1: a one bit, zeros, and the length in bits as 64 bits."""
    zeros = -(len(message) + 9) % 64
    return message + b"\x80" + bytes(zeros) + (8 * len(message)).to_bytes(8, "big")


def compress(state: list[int], block: bytes) -> list[int]:
    """Section 6.2.2: one block of 64 bytes into the hash value."""
    w = [int.from_bytes(block[k : k + 4], "big") for k in range(0, 64, 4)]
    for t in range(16, 64):
        sigma0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3
        sigma1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10
        w.append((sigma1 + w[t - 7] + sigma0 + w[t - 16]) & MASK)
    a, b, c, d, e, f, g, h = state
    for t in range(64):
        t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ch(e, f, g) + K[t] + w[t]
        t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + maj(a, b, c)
        h, g, f, e, d, c, b, a = g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK
    return [(x + y) & MASK for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def sha256(data: bytes) -> bytes:
    """Return the 32-byte digest of whole bytes."""
    state = H0
    message = pad(data)
    for k in range(0, len(message), 64):
        state = compress(state, message[k : k + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)
