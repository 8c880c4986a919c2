"""The search space: no nonce is tried twice, and none is left out."""

import pytest

from pithead.devices.lease import SearchSpace


def lease_all(space, job, counts):
    units = []
    while unit := space.lease(job, counts[len(units) % len(counts)]):
        units.append(unit)
    return units


@pytest.mark.parametrize("counts", [[1], [3], [7, 2, 100], [1000]])
def test_the_units_of_a_job_cover_each_of_its_nonces_once(make_job, counts):
    job = make_job(rolls=5, nonce_count=16)
    units = lease_all(SearchSpace(), job, counts)
    tried = [(unit.roll, nonce) for unit in units for nonce in range(unit.start, unit.start + unit.count)]
    assert tried == [(roll, nonce) for roll in range(5) for nonce in range(16)]


def test_a_unit_ends_where_its_header_does(make_job):
    space, job = SearchSpace(), make_job()
    space.lease(job, 2**32 - 10)
    assert space.lease(job, 1000).count == 10


def test_a_unit_carries_the_header_of_its_roll(make_job):
    space, job = SearchSpace(), make_job()
    space.lease(job, 2**32)
    unit = space.lease(job, 1)
    assert (unit.roll, unit.header) == (1, job.header(1))


def test_an_extranonce2_of_one_byte_gives_256_whole_headers_and_then_nothing(make_job):
    units = lease_all(SearchSpace(), make_job(rolls=256), [2**32])
    assert [(unit.roll, unit.start, unit.count) for unit in units] == [(roll, 0, 2**32) for roll in range(256)]


def test_equal_work_with_another_name_target_and_connection_goes_on_where_the_other_stood(make_job):
    space = SearchSpace()
    space.lease(make_job(content=b"work"), 100)
    again = make_job(content=b"work", id="another", target=2**200, connection=2)
    assert space.lease(again, 100).start == 100


def test_a_unit_carries_the_job_it_was_leased_for(make_job):
    space = SearchSpace()
    space.lease(make_job(content=b"work"), 100)
    again = make_job(content=b"work", target=2**200)
    assert space.lease(again, 100).job is again


def test_different_work_has_a_space_of_its_own(make_job):
    space = SearchSpace()
    space.lease(make_job(content=b"work"), 100)
    assert space.lease(make_job(content=b"other work"), 100).start == 0


def test_work_is_remembered_while_a_thousand_other_jobs_come_and_go(make_job):
    space, first = SearchSpace(), make_job("first")
    space.lease(first, 100)
    for number in range(1023):
        space.lease(make_job(f"job {number}"), 100)
    assert space.lease(first, 100).start == 100


def test_only_the_work_used_last_is_remembered(make_job):
    space = SearchSpace(remembered=2)
    for name in ("old", "middle", "new"):
        space.lease(make_job(name), 100)
    assert [space.lease(make_job(name), 100).start for name in ("new", "middle", "old")] == [100, 100, 0]


def test_a_unit_of_no_nonces_is_refused(make_job):
    with pytest.raises(ValueError, match="at least one nonce"):
        SearchSpace().lease(make_job(), 0)
