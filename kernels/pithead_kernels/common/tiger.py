"""Tiger with 192 bits: Anderson and Biham, "Tiger: a fast new hash function", 1996, and the S-box program beside it."""

MASK = 2**64 - 1

IV = (0x0123456789ABCDEF, 0xFEDCBA9876543210, 0xF096A5B4C3B2E187)
MULTIPLIERS = (5, 7, 9)
SEED = b"Tiger - A Fast New Hash Function, by Ross Anderson and Eli Biham"
SHUFFLES = 5
"""The S-boxes start as repeated bytes and are shuffled this often, by Tiger itself run over SEED."""

Tables = list[list[bytearray]]
"""Four S-boxes of 256 entries of 8 bytes, the least significant first."""


def look_up(tables: Tables, selector: int, first: int) -> int:
    """What c changes in a (`first` 0: even bytes, boxes 1 to 4) or in b (1: odd bytes, boxes 4 to 1)."""
    result = 0
    for k, table in enumerate(tables if first == 0 else reversed(tables)):
        result ^= int.from_bytes(table[selector >> 8 * (2 * k + first) & 0xFF], "little")
    return result


def schedule(x: list[int]) -> None:
    """The key schedule between passes, in place on 8 words."""
    x[0] = (x[0] - (x[7] ^ 0xA5A5A5A5A5A5A5A5)) & MASK
    x[1] ^= x[0]
    x[2] = (x[2] + x[1]) & MASK
    x[3] = (x[3] - (x[2] ^ (~x[1] << 19 & MASK))) & MASK
    x[4] ^= x[3]
    x[5] = (x[5] + x[4]) & MASK
    x[6] = (x[6] - (x[5] ^ (~x[4] & MASK) >> 23)) & MASK
    x[7] ^= x[6]
    x[0] = (x[0] + x[7]) & MASK
    x[1] = (x[1] - (x[0] ^ (~x[7] << 19 & MASK))) & MASK
    x[2] ^= x[1]
    x[3] = (x[3] + x[2]) & MASK
    x[4] = (x[4] - (x[3] ^ (~x[2] & MASK) >> 23)) & MASK
    x[5] ^= x[4]
    x[6] = (x[6] + x[5]) & MASK
    x[7] = (x[7] - (x[6] ^ 0x0123456789ABCDEF)) & MASK


def compress(tables: Tables, chain: list[int], block: bytes) -> list[int]:
    """Three passes of eight rounds and the feed-forward: 3 words and 64 bytes -> 3 words."""
    words = [int.from_bytes(block[k : k + 8], "little") for k in range(0, 64, 8)]
    a, b, c = chain
    for number, multiplier in enumerate(MULTIPLIERS):
        if number:
            schedule(words)
        for word in words:
            c ^= word
            a = (a - look_up(tables, c, 0)) & MASK
            b = (b + look_up(tables, c, 1)) * multiplier & MASK
            a, b, c = b, c, a
    # 24 rounds are 8 turns of the three registers: they are where they began.
    return [a ^ chain[0], (b - chain[1]) & MASK, (c + chain[2]) & MASK]


def generate_tables() -> Tables:
    """The S-boxes, by the designers' program: every byte column of every box is a permutation of 0 ... 255."""
    tables = [[bytearray([entry] * 8) for entry in range(256)] for _ in range(4)]
    state, unused = list(IV), 0
    for _ in range(SHUFFLES):
        for entry in range(256):
            for table in tables:
                if not unused:
                    state, unused = compress(tables, state, SEED), 3
                source = state[3 - unused].to_bytes(8, "little")
                unused -= 1
                for column, other in enumerate(source):
                    here, there = table[entry][column], table[other][column]
                    table[entry][column], table[other][column] = there, here
    return tables


TABLES = generate_tables()


def tiger(data: bytes) -> bytes:
    """Hash any number of whole bytes to 24 bytes (padded as MD4 does, but the first byte is 01)."""
    padded = data + b"\x01" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "little")
    chain = list(IV)
    for start in range(0, len(padded), 64):
        chain = compress(TABLES, chain, padded[start : start + 64])
    return b"".join(word.to_bytes(8, "little") for word in chain)
