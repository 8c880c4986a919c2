"""The check: what a device returns is hashed again before anybody hears of it."""

import asyncio

import pytest

from pithead.devices.check import Checker, Invalid, check
from pithead.devices.events import Candidate
from pithead.devices.host import HostJobs
from pithead.errors import DeviceError
from pithead.work import Share, Unit

# Bitcoin's block 0: bitcoin/bitcoin src/kernel/chainparams.cpp
GENESIS = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e"
    "67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d00000000"
)
NONCE = 2083236893
HASH = 0x000000000019D6689C085AE165831E934FF763AE46A2A6C172B3F1B60A8CE26F


@pytest.fixture
def candidate(make_job):
    def make(nonce=NONCE, target=2**224 - 1, start=0, count=2**32, **facts):
        unit = Unit(job=make_job(target=target, **facts), roll=3, header=GENESIS, start=start, count=count)
        return Candidate(device_id=5, unit=unit, nonce=nonce)

    return make


@pytest.fixture(scope="module")
def host_jobs():
    return HostJobs()


@pytest.fixture
async def checking(host_jobs):
    """A checker at work, and what it has handed over."""
    checker, handed_over = Checker(host_jobs), []
    task = asyncio.create_task(checker.run(handed_over.append))
    yield checker, handed_over
    task.cancel()
    await asyncio.wait([task])


def test_a_nonce_whose_hash_meets_the_target_is_a_share(candidate, host_jobs):
    found = candidate()
    assert check(found, host_jobs) == Share(job=found.unit.job, roll=3, nonce=NONCE, hash=HASH, device_id=5)


def test_a_hash_equal_to_the_target_is_a_share(candidate, host_jobs):
    assert isinstance(check(candidate(target=HASH), host_jobs), Share)


def test_a_nonce_that_passes_the_filter_and_misses_the_target_is_nothing(candidate, host_jobs):
    assert check(candidate(target=HASH - 1), host_jobs) is None


def test_a_nonce_that_fails_the_filter_is_invalid(candidate, host_jobs):
    assert isinstance(check(candidate(nonce=NONCE + 1), host_jobs), Invalid)


def test_a_nonce_outside_its_unit_is_invalid_even_if_its_hash_is_good(candidate, host_jobs):
    assert isinstance(check(candidate(count=1000), host_jobs), Invalid)


def test_an_invalid_nonce_is_handed_over_with_its_device(candidate, host_jobs):
    assert check(candidate(nonce=7), host_jobs).candidate.device_id == 5


async def test_candidates_are_handed_over_in_the_order_they_came(candidate, checking):
    checker, handed_over = checking
    for nonce in range(3000):
        checker.put(candidate(nonce=nonce))
    await checker.drain()
    assert [invalid.candidate.nonce for invalid in handed_over] == list(range(3000))


async def test_a_candidate_that_is_neither_share_nor_invalid_is_not_handed_over(candidate, checking):
    checker, handed_over = checking
    checker.put(candidate(target=HASH - 1))
    await checker.drain()
    assert handed_over == []


async def test_the_event_loop_goes_on_while_candidates_are_checked(candidate, checking):
    checker, _ = checking
    for nonce in range(5000):
        checker.put(candidate(nonce=nonce))
    draining, turns = asyncio.create_task(checker.drain()), 0
    while not draining.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20


def test_a_candidate_that_finds_no_room_is_counted(candidate, host_jobs):
    checker = Checker(host_jobs, waiting_max=2)
    assert [checker.put(candidate()) for _ in range(3)] == [True, True, False]
    assert checker.overflowed == 1


async def test_an_algorithm_that_cannot_be_checked_ends_the_check_with_a_sentence(candidate, host_jobs):
    checker = Checker(host_jobs)
    checker.put(candidate(algorithm="sha256e"))
    with pytest.raises(DeviceError, match="sha256e"):
        await checker.run(lambda checked: None)
