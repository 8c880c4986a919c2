"""A worker's units cut into batches: each nonce in one, exact counts, and a length that lets a new job in quickly."""

import pytest

from pithead.devices.batches import BATCH_SECONDS, Batches, BusyTime, Pace
from pithead.devices.wire import Search


def search(unit=0, algorithm="sha256d", header_hex="00", start=0, count=1000):
    return Search(unit, algorithm, header_hex, start, count, 0)


def settled_pace(rate, grain=64):
    """A pace that has got used to so many nonces a second."""
    pace = Pace(grain)
    for _ in range(20):
        size = pace.size(search())
        pace.took(size, size / rate)
    return pace


def test_batches_cover_a_unit_once():
    batches = Batches()
    batches.add(search(start=5, count=1000))
    taken = []
    while batch := batches.take(300):
        taken.append((batch.start, batch.count))
    assert taken == [(5, 300), (305, 300), (605, 300), (905, 100)]


def test_units_are_worked_on_in_the_order_they_came():
    batches = Batches()
    batches.add(search(unit=1, count=10))
    batches.add(search(unit=2, count=10))
    assert [batches.take(10).search.unit, batches.take(10).search.unit] == [1, 2]


def test_only_finished_batches_are_reported():
    batches = Batches()
    batches.add(search(unit=7))
    first, _under_way = batches.take(300), batches.take(300)
    batches.finish(first)
    assert batches.report() == ([(7, 300)], [])


def test_what_was_reported_is_not_reported_again():
    batches = Batches()
    batches.add(search(unit=7))
    batches.finish(batches.take(300))
    batches.report()
    assert batches.report() == ([], [])


def test_a_unit_is_closed_when_its_last_batch_is_finished():
    batches = Batches()
    batches.add(search(unit=7, count=10))
    batches.finish(batches.take(10))
    assert batches.report() == ([(7, 10)], [7])


def test_no_batch_is_taken_of_a_dropped_unit():
    batches = Batches()
    batches.add(search())
    batches.drop()
    assert batches.take(10) is None


def test_a_dropped_unit_that_nobody_works_on_is_closed_at_once():
    batches = Batches()
    batches.add(search(unit=7))
    batches.drop()
    assert batches.report() == ([], [7])


def test_a_batch_under_way_when_its_unit_is_dropped_still_counts():
    batches = Batches()
    batches.add(search(unit=7))
    batch = batches.take(300)
    batches.drop()
    assert batches.report() == ([], [])
    batches.finish(batch)
    assert batches.report() == ([(7, 300)], [7])


def test_batches_are_idle_only_when_none_is_left_or_under_way():
    batches = Batches()
    batches.add(search(count=10))
    states = [batches.idle]
    batch = batches.take(10)
    states.append(batches.idle)
    batches.finish(batch)
    assert [*states, batches.idle] == [False, False, True]


@pytest.mark.parametrize("rate", [1e5, 1e7, 7e9])
def test_a_batch_soon_lasts_about_as_long_as_it_should(rate):
    assert settled_pace(rate).size(search()) / rate == pytest.approx(BATCH_SECONDS, rel=0.05)


def test_the_first_batch_is_the_smallest():
    assert Pace(64).size(search()) == 64


def test_batches_are_multiples_of_the_grain():
    assert settled_pace(123_457).size(search()) % 64 == 0


def test_a_batch_is_never_smaller_than_the_grain():
    assert settled_pace(1.0).size(search()) == 64


def test_a_device_that_slows_down_gets_shorter_batches_at_once():
    pace = settled_pace(1e7)
    size = pace.size(search())
    pace.took(size, 10 * BATCH_SECONDS)
    assert pace.size(search()) <= size / 10


def test_another_algorithm_starts_small_again():
    assert settled_pace(1e7).size(search(algorithm="x16r")) == 64


def test_another_header_starts_at_a_quarter():
    pace = settled_pace(1e7)
    size = pace.size(search())
    assert pace.size(search(header_hex="01")) == pytest.approx(size / 4, abs=64)


def test_the_short_batch_at_a_units_end_does_not_shorten_the_next():
    pace = settled_pace(1e7)
    size = pace.size(search())
    pace.took(10, 0.001)
    assert pace.size(search()) == size


def test_time_in_which_several_searchers_are_busy_counts_once():
    busy = BusyTime()
    busy.begin(10.0)
    busy.begin(11.0)
    busy.end(12.0)
    busy.end(13.0)
    assert busy.take(20.0) == 3.0


def test_busy_time_is_told_up_to_now_and_never_twice():
    busy = BusyTime()
    busy.begin(10.0)
    first = busy.take(12.0)
    busy.end(13.0)
    assert (first, busy.take(13.0), busy.take(14.0)) == (2.0, 1.0, 0.0)
