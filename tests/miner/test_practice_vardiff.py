"""The practice pool's difficulty control; time is passed in."""

import pytest

from pithead.practice.vardiff import STEP_MAX, Vardiff


def shares(
    control: Vardiff, count: int, every: float, difficulty: float = 1.0, start: float = 0.0
) -> list[float | None]:
    return [control.share(difficulty, start + every * (at + 1)) for at in range(count)]


def test_shares_at_the_aim_leave_the_difficulty_alone() -> None:
    assert set(shares(Vardiff(5, 1.0, 0), 60, every=5)) == {None}


def test_shares_twice_too_often_double_the_difficulty() -> None:
    assert shares(Vardiff(5, 1.0, 0), 6, every=2.5)[-1] == pytest.approx(2)


def test_one_change_is_bounded() -> None:
    assert shares(Vardiff(5, 1.0, 0), 6, every=0.001)[-1] == STEP_MAX


def test_easy_shares_that_come_late_count_for_the_work_they_prove() -> None:
    control = Vardiff(5, 1.0, 0)
    shares(control, 6, every=0.625)  # now 8, and shares of difficulty 1 still come in at the old pace
    assert shares(control, 6, every=0.625, start=3.75)[-1] is None


def test_without_shares_the_difficulty_falls_in_the_end() -> None:
    control = Vardiff(5, 1.0, 0)
    assert control.idle(19) is None
    lowered = control.idle(21)
    assert lowered is not None
    assert lowered < 0.5
