"""Hashrates and share counts."""

from dataclasses import dataclass

import pytest

from pithead.stats import Meter, Stats
from pithead.work import Job, Outcome, Share, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job(Job):
    rolls = 1
    fingerprint = b""

    def header(self, roll: int) -> bytes:
        return bytes(80)


JOB = _Job(
    id="1", algorithm="sha256d", target=2**248 - 1, difficulty=2.0, network_target=2**200, network_difficulty=1.0,
    height=None, clean=True, connection=1,
)  # fmt: skip


def verdict(outcome: Outcome = Outcome.ACCEPTED, hash_: int = 2**240, device_id: int = 0) -> Verdict:
    return Verdict(Share(JOB, 0, 0, hash_, device_id), outcome)


@pytest.mark.parametrize("window", [5, 60, 600, 3600, 7200, 86400])
def test_a_steady_rate_is_reported_by_every_window(window):
    meter, now = Meter(1000.3), 1000.3
    for _ in range(5000):
        now += 0.5
        meter.add(50, now)
    assert meter.per_second(window, now) == pytest.approx(100, rel=0.02)


def test_a_short_window_forgets_what_a_long_one_remembers():
    meter = Meter(0)
    meter.add(6000, 1)
    assert meter.per_second(60, 300) == 0
    assert meter.per_second(3600, 300) == pytest.approx(20)


def test_nothing_is_reported_before_anything_was_done():
    assert Meter(5).per_second(60, 5) == 0


def test_a_day_later_nothing_is_left_of_the_day():
    meter = Meter(0)
    meter.add(10**9, 1)
    assert meter.per_second(86400, 2 * 86400 + 120) == 0
    assert meter.count == 10**9


def test_devices_add_up_to_the_total():
    stats = Stats([0, 1], 0)
    stats.hashed(0, 300, 1)
    stats.hashed(1, 700, 2)
    snapshot = stats.snapshot(10)
    assert snapshot.hashes == 1000 == sum(device.hashes for device in snapshot.devices)
    assert snapshot.rates.average == pytest.approx(100)


def test_shares_are_counted_by_outcome_for_their_device_and_in_all():
    stats = Stats([0, 1], 0)
    for outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REJECTED, Outcome.STALE, Outcome.LOST):
        stats.judged(verdict(outcome, device_id=1), 1)
    stats.found_invalid(0)
    snapshot = stats.snapshot(2)
    counts = snapshot.shares
    assert (counts.accepted, counts.rejected, counts.stale, counts.lost, counts.invalid) == (2, 1, 1, 1, 1)
    assert snapshot.devices[1].shares.accepted == 2
    assert snapshot.devices[0].potentially_unstable
    assert not snapshot.devices[1].potentially_unstable


def test_the_best_share_is_kept_with_its_time():
    stats = Stats([0], 0)
    stats.judged(verdict(hash_=2**230), 5)
    stats.judged(verdict(hash_=2**240), 6)
    shares = stats.snapshot(7).shares
    assert shares.best_at == 5
    assert shares.best_difficulty == pytest.approx(2.0 * 2**18)
    assert shares.last_at == 6


def test_an_accepted_block_is_counted_as_solved_and_a_rejected_one_is_not():
    stats = Stats([0], 0)
    stats.judged(verdict(hash_=1), 1)
    stats.judged(verdict(Outcome.REJECTED, hash_=1), 1)
    assert stats.snapshot(2).shares.solved == 1


def test_accepted_work_is_the_hashes_that_the_shares_stand_for():
    stats = Stats([0], 0)
    stats.judged(verdict(), 1)
    stats.judged(verdict(), 1)
    assert stats.snapshot(2).accepted_work_hashes == pytest.approx(512)


def test_the_share_rate_is_per_minute():
    stats = Stats([0], 0)
    for second in range(1, 601):
        stats.judged(verdict(), second)
    snapshot = stats.snapshot(600.5)
    assert snapshot.shares_per_minute == pytest.approx(60, rel=0.05)
    assert snapshot.shares_per_minute_average == pytest.approx(60, rel=0.05)
