"""Blue Midnight Wish-512 as tweaked for the second round of SHA-3: Gligoroski et al., "Blue Midnight Wish", 2009."""

MASK = 2**64 - 1

IV = [int.from_bytes(bytes(range(start, start + 8)), "big") for start in range(0x80, 0x100, 8)]
"""The bytes 80, 81, ... ff in order."""

FINAL = [0xAAAAAAAAAAAAAAA0 + k for k in range(16)]
"""CONST_final, the double pipe of the last compression."""

TERMS = """
    +5 -7 +10 +13 +14 | +6 -8 +11 +14 -15 | +0 +7 +9 -12 +15 | +0 -1 +8 -10 +13
    +1 +2 +9 -11 -14 | +3 -2 +10 -12 +15 | +4 -0 -3 -11 +13 | +1 -4 -5 -12 -14
    +2 -5 -6 +13 -15 | +0 -3 +6 -7 +14 | +8 -1 -4 -7 +15 | +8 -0 -2 -5 +9
    +1 +3 -6 -9 +10 | +2 +4 +7 +10 +11 | +3 -5 +8 -11 -12 | +12 -4 -6 -9 +13
"""
"""Definition of f0: W_i is the signed sum of these words of M xor H."""

TURNS = (5, 11, 27, 32, 37, 43, 53)
"""The rotations r_1 ... r_7."""

FOLDS = ((1, 3, 4, 37), (1, 2, 13, 43), (2, 1, 19, 53), (2, 2, 28, 59))
"""s_0 ... s_3: shift right, shift left, two rotations left."""

HIGH_SHIFTS = ((5, -5), (-7, 8), (-5, 5), (-1, 5), (-3, 0), (6, -6), (-4, 6), (-11, 2))
"""f2, first eight words: shifts of XH and of Q_16+i, left if positive."""

LOW_SHIFTS = (8, -6, 6, 4, -3, -4, -7, -2)
"""f2, last eight words: shifts of XL."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 64-bit word."""
    return (word << count | word >> (64 - count)) & MASK


def shift(word: int, count: int) -> int:
    """Shift a 64-bit word left, or right if `count` is negative."""
    return (word << count if count >= 0 else word >> -count) & MASK


def fold(index: int, word: int) -> int:
    """The functions s_0 ... s_5."""
    if index >= 4:
        return word ^ word >> (index - 3)
    right, left, turn, other_turn = FOLDS[index]
    return shift(word, -right) ^ shift(word, left) ^ rotate_left(word, turn) ^ rotate_left(word, other_turn)


def add_element(message: list[int], chain: list[int], j: int) -> int:
    """AddElement(j): what f1 adds to Q_16+j."""
    turned = [rotate_left(message[k % 16], k % 16 + 1) for k in (j, j + 3, j + 10)]
    return ((turned[0] + turned[1] - turned[2] + (j + 16) * 0x0555555555555555) & MASK) ^ chain[(j + 7) % 16]


def expand(message: list[int], chain: list[int]) -> list[int]:
    """f0 and f1: the quadruple pipe Q, 32 words."""
    quadruple = []
    for j, terms in enumerate(TERMS.replace("\n", "|").strip(" |").split("|")):
        total = sum(
            (-1 if term[0] == "-" else 1) * (message[int(term[1:])] ^ chain[int(term[1:])]) for term in terms.split()
        )
        quadruple.append((fold(j % 5, total & MASK) + chain[(j + 1) % 16]) & MASK)
    for j in range(16):
        last = quadruple[j : j + 16]
        if j < 2:
            total = sum(fold((k + 1) % 4, word) for k, word in enumerate(last))
        else:
            total = sum(rotate_left(last[k], TURNS[k // 2]) if k % 2 else last[k] for k in range(14))
            total += fold(4, last[14]) + fold(5, last[15])
        quadruple.append((total + add_element(message, chain, j)) & MASK)
    return quadruple


def compress(message: list[int], chain: list[int]) -> list[int]:
    """The compression function: 16 words of message and 16 of double pipe -> 16 words (f2 folds Q)."""
    q = expand(message, chain)
    low = q[16] ^ q[17] ^ q[18] ^ q[19] ^ q[20] ^ q[21] ^ q[22] ^ q[23]
    high = low ^ q[24] ^ q[25] ^ q[26] ^ q[27] ^ q[28] ^ q[29] ^ q[30] ^ q[31]
    out = []
    for k, (of_high, of_q) in enumerate(HIGH_SHIFTS):
        word = shift(high, of_high) ^ shift(q[16 + k], of_q) ^ message[k]
        out.append((word + (low ^ q[24 + k] ^ q[k])) & MASK)
    for k, of_low in enumerate(LOW_SHIFTS):
        word = rotate_left(out[(k + 4) % 8], 9 + k) + (high ^ q[24 + k] ^ message[8 + k])
        out.append((word + (shift(low, of_low) ^ q[16 + (k + 7) % 8] ^ q[8 + k])) & MASK)
    return out


def bmw512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes (pad with one bit, zeros and the 64-bit length)."""
    padded = data + b"\x80" + bytes((119 - len(data)) % 128) + (8 * len(data)).to_bytes(8, "little")
    chain = IV
    for start in range(0, len(padded), 128):
        block = padded[start : start + 128]
        chain = compress([int.from_bytes(block[k : k + 8], "little") for k in range(0, 128, 8)], chain)
    return b"".join(word.to_bytes(8, "little") for word in compress(chain, FINAL)[8:])
