"""Difficulty and target, in exact whole numbers."""

import math
from fractions import Fraction
from functools import lru_cache

from pithead.work import MAX_TARGET

DIFFICULTY_1_TARGET = 0xFFFF << 208
"""The target of difficulty 1: Bitcoin's first, compact 1d00ffff."""

MIN_DIFFICULTY = 2.0**-64
"""Below 2**-32 every hash is a share already; a number this far below it is no difficulty but a mistake or an attack."""


def target_of_difficulty(difficulty: int | float, multiplier: int) -> int:
    """Return the largest hash that is a share at `difficulty`.

    It is floor(multiplier * DIFFICULTY_1_TARGET / difficulty), at most MAX_TARGET. `multiplier` is the algorithm's own:
    1 for the sha256 family, 256 for the x16r family, whose pools count in units 256 times easier.
    Raises ValueError where the difficulty is not a finite number of at least MIN_DIFFICULTY, or leaves no target above 0.
    """
    if not MIN_DIFFICULTY <= difficulty < math.inf:  # a NaN is not either
        raise ValueError("a difficulty must be a finite number above 0")
    target = multiplier * DIFFICULTY_1_TARGET // Fraction(difficulty)
    if target < 1:
        raise ValueError("a difficulty must leave at least one hash that meets it")
    return min(target, MAX_TARGET)


@lru_cache(maxsize=8)
def target_of_nbits(nbits: int) -> int:
    """Return the target of a header's compact `nbits`; 0 where it is negative, zero or above 2**256 - 1.

    The form is Bitcoin's: the top byte counts the bytes of the number, the low 23 bits are its first three, bit 23 is
    its sign.
    """
    size, word = nbits >> 24, nbits & 0x7FFFFF
    if nbits & 0x800000 or size > 34:
        return 0
    target = word >> 8 * (3 - size) if size <= 3 else word << 8 * (size - 3)
    return target if target <= MAX_TARGET else 0


def network_difficulty(target: int) -> float:
    """Return how often harder than difficulty 1 a block's target is, as nodes state it; 0 where there is no target."""
    return DIFFICULTY_1_TARGET / target if target else 0.0
