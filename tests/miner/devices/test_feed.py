"""What a worker is told: enough of the newest job, and nothing of any other."""

import pytest

from pithead.devices.feed import FIRST_COUNT, UNITS_MAX, Feed
from pithead.devices.lease import SearchSpace
from pithead.devices.wire import Drop, Progress, Search


@pytest.fixture
def feed():
    return Feed(SearchSpace())


def work_through(feed, orders, seconds):
    """Report every unit of some orders as done, in `seconds` each."""
    for order in orders:
        if isinstance(order, Search):
            feed.progress(Progress([(order.unit, order.count)], [order.unit], seconds))


def test_the_first_unit_is_small(feed, make_job):
    assert [order.count for order in feed.direct(make_job())] == [FIRST_COUNT]


def test_an_order_carries_what_the_search_needs(feed, make_job):
    job = make_job()
    assert feed.direct(job) == [Search(0, "sha256d", job.header(0).hex(), 0, FIRST_COUNT, job.target)]


def test_a_worker_with_enough_gets_nothing(feed, make_job):
    job = make_job()
    feed.direct(job)
    assert feed.direct(job) == []


def test_a_worker_gets_more_before_it_has_nothing(feed, make_job):
    job = make_job()
    work_through(feed, feed.direct(job), 0.01)
    [first] = feed.direct(job)
    feed.progress(Progress([(first.unit, 1000)], [], 0.00001))
    assert [order.start for order in feed.direct(job)] == [first.start + first.count]


def test_a_unit_lasts_about_a_second_once_the_speed_is_known(feed, make_job):
    job = make_job()
    work_through(feed, feed.direct(job), 0.01)
    assert [order.count for order in feed.direct(job)] == [FIRST_COUNT * 100]


def test_another_algorithm_starts_with_a_small_unit_again(feed, make_job):
    work_through(feed, feed.direct(make_job()), 0.01)
    assert [order.count for order in feed.direct(make_job("x", algorithm="x16r"))][-1] == FIRST_COUNT


def test_a_new_job_drops_the_units_of_the_one_before(feed, make_job):
    feed.direct(make_job("old"))
    dropped, given = feed.direct(make_job("new"))
    assert (dropped, bytes.fromhex(given.header_hex)) == (Drop(), make_job("new").header(0))


def test_no_job_drops_everything(feed, make_job):
    feed.direct(make_job())
    assert feed.direct(None) == [Drop()]


def test_a_resting_worker_is_told_nothing_again(feed, make_job):
    feed.direct(make_job())
    feed.direct(None)
    assert feed.direct(None) == []


def test_a_worker_that_answers_nothing_gets_few_units_however_many_jobs_come(feed, make_job):
    orders = [order for number in range(1000) for order in feed.direct(make_job(f"job {number}"))]
    assert len(orders) <= 2 * UNITS_MAX


def test_after_a_flood_the_newest_job_is_next(feed, make_job):
    jobs = [make_job(f"job {number}") for number in range(1000)]
    given = [order.unit for job in jobs for order in feed.direct(job) if isinstance(order, Search)]
    feed.progress(Progress([], given, 0.0))
    assert [bytes.fromhex(order.header_hex) for order in feed.direct(jobs[-1])] == [jobs[-1].header(0)]


def test_hashes_of_a_dropped_unit_are_counted(feed, make_job):
    [order] = feed.direct(make_job("old"))
    feed.direct(make_job("new"))
    assert feed.progress(Progress([(order.unit, 1234)], [order.unit], 0.1)) == 1234


def test_the_units_of_a_worker_that_ended_are_not_leased_again(feed, make_job):
    job = make_job()
    [lost] = feed.direct(job)
    feed.forget()
    assert [order.start for order in feed.direct(job)] == [lost.start + lost.count]


def test_a_job_is_exhausted_when_all_of_it_is_leased(feed, make_job):
    feed.direct(make_job(rolls=1, nonce_count=1000))
    assert feed.exhausted


def test_the_next_job_ends_the_exhaustion(feed, make_job):
    feed.direct(make_job("small", rolls=1, nonce_count=1000))
    feed.direct(make_job("large"))
    assert not feed.exhausted


def test_a_report_on_a_unit_that_nobody_gave_is_refused(feed):
    with pytest.raises(KeyError):
        feed.progress(Progress([(5, 1)], [], 0.1))
