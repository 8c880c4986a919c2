"""Fugue-512, plain and slow. Source: The Hash Function Fugue (Halevi, Hall, Jutla), version of October 2009."""

from __future__ import annotations

from pithead_kernels.common.aes import SUBSTITUTION_BOX, circulant, multiply

MIX = [1, 4, 7, 1]
"""First row of the circulant matrix M of Super-Mix (section 4.2)."""

_MULTIPLES = {factor: bytes(multiply(x, factor) for x in range(256)) for factor in MIX}

Column = list[int]
"""Four bytes, row 0 first."""


def _add(a: Column, b: Column) -> Column:
    return [x ^ y for x, y in zip(a, b, strict=True)]


def _turn(state: list[Column], columns: int) -> None:
    """ROR: the state turns right by some columns."""
    state[:] = state[-columns:] + state[:-columns]


def _mix_columns(state: list[Column]) -> None:
    """CMIX36."""
    for to, source in ((0, 4), (1, 5), (2, 6), (18, 4), (19, 5), (20, 6)):
        state[to] = _add(state[to], state[source])


def _super_mix(state: list[Column]) -> None:
    """SMIX: the S-box and Super-Mix on the first four columns (sections 4.1 and 4.2).

    With U the four columns, D the diagonal matrix of the sums over each row of U without the diagonal:
    M U + D M^T, then row i turned left by i.
    """
    u = [[SUBSTITUTION_BOX[byte] for byte in column] for column in state[:4]]
    result = [circulant(MIX, column) for column in u]
    for row in range(4):
        total = 0
        for column in range(4):
            if column != row:
                total ^= u[column][row]
        for column in range(4):
            result[column][row] ^= _MULTIPLES[MIX[(row - column) % 4]][total]
    state[:4] = [[result[(column + row) % 4][row] for row in range(4)] for column in range(4)]


def _absorb(state: list[Column], word: Column) -> None:
    """The round transformation on one word of input: TIX4, then four sub-rounds."""
    state[22] = _add(state[22], state[0])
    state[0] = word
    for to, source in ((8, 0), (1, 24), (4, 27), (7, 30)):
        state[to] = _add(state[to], state[source])
    for _ in range(4):
        _sub_round(state)


def _sub_round(state: list[Column]) -> None:
    _turn(state, 3)
    _mix_columns(state)
    _super_mix(state)


def _finish(state: list[Column]) -> None:
    """The final round G of F-512."""
    for _ in range(32):
        _sub_round(state)
    for _ in range(13):
        for targets, turn in (
            ((4, 9, 18, 27), 9),
            ((4, 10, 18, 27), 9),
            ((4, 10, 19, 27), 9),
            ((4, 10, 19, 28), 8),
        ):
            for to in targets:
                state[to] = _add(state[to], state[0])
            _turn(state, turn)
            _super_mix(state)
    for to in (4, 9, 18, 27):
        state[to] = _add(state[to], state[0])


def _hash(initial: bytes, words: bytes) -> bytes:
    """F-512 on whole words, the last sixteen of the thirty-six columns being `initial` at the start."""
    state = [[0] * 4 for _ in range(20)] + [list(initial[at : at + 4]) for at in range(0, 64, 4)]
    for at in range(0, len(words), 4):
        _absorb(state, list(words[at : at + 4]))
    _finish(state)
    return b"".join(bytes(state[first + k]) for first in (1, 9, 18, 27) for k in range(4))


INITIAL = _hash(bytes(64), (512).to_bytes(4, "big"))
"""The initial value: F-512 with zeros in its place, on the digest's size as one word."""


def fugue512(data: bytes) -> bytes:
    """The 64-byte digest of any whole number of bytes."""
    return _hash(INITIAL, data + bytes(-len(data) % 4) + (8 * len(data)).to_bytes(8, "big"))
