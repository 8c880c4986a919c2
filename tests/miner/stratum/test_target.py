"""Difficulty to target, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pithead.stratum.target import target_of_difficulty
from pithead.work import MAX_TARGET

DIFFICULTY_1 = 0x00000000FFFF0000000000000000000000000000000000000000000000000000


def test_difficulty_1_is_the_target_of_bitcoins_first_block():
    assert target_of_difficulty(1, 1) == DIFFICULTY_1


def test_x16r_counts_in_units_256_times_easier():
    assert target_of_difficulty(1, 256) == 0x000000FFFF000000000000000000000000000000000000000000000000000000


def test_a_whole_difficulty_divides_exactly():
    assert target_of_difficulty(3, 1) == DIFFICULTY_1 // 3


def test_a_tiny_difficulty_makes_every_hash_a_share():
    assert target_of_difficulty(2**-40, 1) == MAX_TARGET


@pytest.mark.parametrize("difficulty", [0, -1, float("nan"), float("inf"), 1e-320, -0.0, 10**400, 1e78])
def test_what_is_no_difficulty_is_refused(difficulty):
    with pytest.raises(ValueError, match="difficulty"):
        target_of_difficulty(difficulty, 1)


@settings(deadline=None)
@given(st.floats(min_value=1e-4, max_value=1e60), st.sampled_from([1, 256, 65536]))
def test_the_target_is_the_largest_number_whose_difficulty_suffices(difficulty, multiplier):
    target = target_of_difficulty(difficulty, multiplier)
    assert Fraction(multiplier * DIFFICULTY_1, target) >= Fraction(difficulty)
    assert Fraction(multiplier * DIFFICULTY_1, target + 1) < Fraction(difficulty)
