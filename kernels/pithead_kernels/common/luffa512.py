"""Luffa-512, version 2: De Canniere, Sato, Watanabe, "Hash function Luffa: specification", 15 September 2009."""

MASK = 2**32 - 1
W = 5
"""The number of 256-bit sub-permutations for 512 bits of digest."""

S_BOX = (13, 14, 0, 1, 5, 10, 7, 6, 11, 3, 9, 12, 15, 8, 2, 4)
"""SubCrumb; the first of its four words holds the least significant bits."""

INITIAL = [
    [0x6D251E69, 0x44B051E0, 0x4EAA6FB4, 0xDBF78465, 0x6E292011, 0x90152DF4, 0xEE058139, 0xDEF610BB],
    [0xC3B44B95, 0xD9D2F256, 0x70EEE9A0, 0xDE099FA3, 0x5D9B0557, 0x8FC944B3, 0xCF1CCF0E, 0x746CD581],
    [0xF7EFC89D, 0x5DBA5781, 0x04016CE5, 0xAD659C05, 0x0306194F, 0x666D1836, 0x24AA230A, 0x8B264AE7],
    [0x858075D5, 0x36D79CCE, 0xE571F7D7, 0x204B1F67, 0x35870C6A, 0x57E9E923, 0x14BCB808, 0x7CDE72CE],
    [0x6C68E9BE, 0x5EC41E22, 0xC825B7C7, 0xAFFB4363, 0xF5DF3999, 0x0FC688F1, 0xB07224CC, 0x03E86CEA],
]
"""The starting variables V_0 ... V_4."""

CONSTANTS = [
    (
        (0x303994A6, 0xC0E65299, 0x6CC33A12, 0xDC56983E, 0x1E00108F, 0x7800423D, 0x8F5B7882, 0x96E1DB12),
        (0xE0337818, 0x441BA90D, 0x7F34D442, 0x9389217F, 0xE5A8BCE6, 0x5274BAF4, 0x26889BA7, 0x9A226E9D),
    ),
    (
        (0xB6DE10ED, 0x70F47AAE, 0x0707A3D4, 0x1C1E8F51, 0x707A3D45, 0xAEB28562, 0xBACA1589, 0x40A46F3E),
        (0x01685F3D, 0x05A17CF4, 0xBD09CACA, 0xF4272B28, 0x144AE5CC, 0xFAA7AE2B, 0x2E48F1C1, 0xB923C704),
    ),
    (
        (0xFC20D9D2, 0x34552E25, 0x7AD8818F, 0x8438764A, 0xBB6DE032, 0xEDB780C8, 0xD9847356, 0xA2C78434),
        (0xE25E72C1, 0xE623BB72, 0x5C58A4A4, 0x1E38E2E7, 0x78E38B9D, 0x27586719, 0x36EDA57F, 0x703AACE7),
    ),
    (
        (0xB213AFA5, 0xC84EBE95, 0x4E608A22, 0x56D858FE, 0x343B138F, 0xD0EC4E3D, 0x2CEB4882, 0xB3AD2208),
        (0xE028C9BF, 0x44756F91, 0x7E8FCE32, 0x956548BE, 0xFE191BE2, 0x3CB226E5, 0x5944A28E, 0xA1C4C355),
    ),
    (
        (0xF0D2E9E3, 0xAC11D7FA, 0x1BCB66F2, 0x6F2D9BC9, 0x78602649, 0x8EDAE952, 0x3B6BA548, 0xEDAE9520),
        (0x5090D577, 0x2D1925AB, 0xB46496AC, 0xD1925AB0, 0x29131AB6, 0x0FC053C3, 0x3F014F0C, 0xFC053C31),
    ),
]
"""CONSTANTS[j][0][r] goes into word 0 and CONSTANTS[j][1][r] into word 4 of Q_j after step r."""

Block = list[int]
"""Eight words of 32 bits."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 32-bit word by 0 <= count < 32."""
    return (word << count | word >> (32 - count)) & MASK


def add(x: Block, y: Block) -> Block:
    """The sum in GF(2^8)^32: exclusive or."""
    return [a ^ b for a, b in zip(x, y, strict=True)]


def double(x: Block) -> Block:
    """Multiply by 2 in GF(2^8)^32 modulo x^8 + x^4 + x^3 + x + 1; word k holds the coefficients of x^k."""
    return [x[7], x[0] ^ x[7], x[1], x[2] ^ x[7], x[3] ^ x[7], x[4], x[5], x[6]]


def inject(v: list[Block], message: Block) -> list[Block]:
    """The message injection MI for w = 5."""
    total = v[0]
    for block in v[1:]:
        total = add(total, block)
    v = [add(block, double(total)) for block in v]
    v = [add(double(v[j]), v[(j + 1) % W]) for j in range(W)]
    v = [add(double(v[j]), v[j - 1]) for j in range(W)]
    for j in range(W):
        v[j] = add(v[j], message)
        message = double(message)
    return v


def sub_crumb(words: list[int]) -> list[int]:
    """The S-box on 32 columns of four bits."""
    out = [0] * 4
    for bit in range(32):
        column = S_BOX[sum((words[k] >> bit & 1) << k for k in range(4))]
        for k in range(4):
            out[k] |= (column >> k & 1) << bit
    return out


def mix_word(left: int, right: int) -> tuple[int, int]:
    """The linear map of two words."""
    right ^= left
    left = rotate_left(left, 2) ^ right
    right = rotate_left(right, 14) ^ left
    left = rotate_left(left, 10) ^ right
    return left, rotate_left(right, 1)


def permute(j: int, x: Block) -> Block:
    """Q_j: the tweak, then eight steps of SubCrumb, MixWord and AddConstant."""
    x = x[:4] + [rotate_left(word, j) for word in x[4:]]
    for r in range(8):
        x[0], x[1], x[2], x[3] = sub_crumb(x[:4])
        x[5], x[6], x[7], x[4] = sub_crumb([x[5], x[6], x[7], x[4]])
        for k in range(4):
            x[k], x[k + 4] = mix_word(x[k], x[k + 4])
        x[0] ^= CONSTANTS[j][0][r]
        x[4] ^= CONSTANTS[j][1][r]
    return x


def luffa512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: a bit 1, zeros to whole blocks of 32 bytes, big-endian words.

    Two blank rounds follow; each gives half of the digest, the sum of the five blocks.
    """
    padded = data + b"\x80" + bytes(-(len(data) + 1) % 32) + bytes(64)
    v, digest = INITIAL, b""
    for start in range(0, len(padded), 32):
        message = [int.from_bytes(padded[start + 4 * k : start + 4 * k + 4], "big") for k in range(8)]
        v = [permute(j, block) for j, block in enumerate(inject(v, message))]
        if start >= len(padded) - 64:
            digest += b"".join((v[0][k] ^ v[1][k] ^ v[2][k] ^ v[3][k] ^ v[4][k]).to_bytes(4, "big") for k in range(8))
    return digest
