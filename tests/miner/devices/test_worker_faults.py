"""Workers that die, hang or lie: each comes back alone, and nothing it said is lost."""

import os
import signal

import pytest

from pithead.devices.crew import Patience
from pithead.devices.device import DeviceInfo
from pithead.devices.events import Candidate, Hashed, KernelsReady, WorkerEnded, WorkerStarted

SOON = Patience(restart_seconds=0.1, silence_seconds=0.5)


async def test_a_killed_worker_comes_back(employ, make_job):
    site = employ("rate=1e6", make_job())
    await site.until(lambda: bool(site.of(Hashed)))
    os.kill(site.worker.pid, signal.SIGKILL)
    await site.until(lambda: len(site.of(WorkerStarted)) == 2)
    seen = len(site.events)
    await site.until(lambda: any(isinstance(event, Hashed) for event in site.events[seen:]))
    assert site.worker.restarts == 1
    assert site.of(WorkerEnded)[0].reason == "the worker was ended by SIGKILL"


async def test_no_other_worker_notices(employ, make_job):
    killed = employ("rate=1e6", make_job())
    other = employ("rate=1e6", make_job(), space=killed.space)
    await other.until(lambda: bool(other.of(Hashed)))
    await killed.until(lambda: bool(killed.of(Hashed)))
    os.kill(killed.worker.pid, signal.SIGKILL)
    await killed.until(lambda: len(killed.of(WorkerStarted)) == 2)
    seen = len(other.of(Hashed))
    await other.until(lambda: len(other.of(Hashed)) > seen + 2)
    assert (other.worker.restarts, len(other.of(WorkerStarted))) == (0, 1)


async def test_no_nonce_is_tried_again_after_restarts(employ, make_job):
    site = employ("rate=1e6 wrong=1 crash=20", make_job())
    await site.until(lambda: site.worker.restarts == 3)
    tried = [(event.unit.roll, event.nonce) for event in site.of(Candidate)]
    assert len(set(tried)) == len(tried)


async def test_what_a_worker_found_before_it_died_is_not_lost(employ, make_job):
    info = DeviceInfo(
        id=0, kind="fake", name="Fake", vendor="", uuid="0" * 32, threads=1, script="rate=1e6 wrong=1 crash=6"
    )
    site = employ(info, make_job())
    await site.until(lambda: site.worker.restarts == 1)
    assert len(site.of(Candidate)) == 5


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("rate=1e6 fail=5", "an illegal memory access was encountered"),
        ("rate=1e6 crash=5", "the worker was ended by SIGSEGV"),
        ("rate=1e6 mute=5", "the worker said nothing for 0.5 s"),
        ("rate=nonsense", "ValueError: could not convert string to float: 'nonsense'"),
        (
            "explode=1",
            "a fake device does not know 'explode', only compile, crash, fail, find, hang, mute, rate, wrong",
        ),
    ],
)
async def test_a_worker_that_ends_gives_its_reason_in_a_sentence_and_is_started_again(
    employ, make_job, script, reason
):
    site = employ(script, make_job(), patience=SOON)
    await site.until(lambda: site.worker.restarts == 2)
    assert [event.reason for event in site.of(WorkerEnded)] == [reason, reason]


async def test_a_device_whose_batch_never_ends_is_taken_for_dead(employ, make_job):
    info = DeviceInfo(id=0, kind="fake", name="Fake", vendor="", uuid="0" * 32, threads=1, script="rate=1e6 hang=5")
    site = employ(info, make_job(), patience=SOON)
    await site.until(lambda: site.worker.restarts == 1)
    assert site.of(WorkerEnded)[0].reason == "the worker said nothing for 0.5 s"


async def test_an_unknown_kind_of_device_is_named(employ):
    site = employ(DeviceInfo(id=0, kind="abacus", name="", vendor="", uuid="0" * 32))
    await site.until(lambda: site.worker.restarts == 1)
    assert site.of(WorkerEnded)[0].reason == "there is no kind of device called 'abacus'"


async def test_compiling_is_not_taken_for_silence(employ, make_job):
    site = employ("rate=1e6 compile=1.5", make_job(), patience=SOON)
    await site.until(lambda: site.worker.compiling)
    await site.until(lambda: bool(site.of(Hashed)))
    assert site.worker.restarts == 0
    assert site.of(KernelsReady)[0].seconds >= 1.5


async def test_a_worker_without_work_may_be_silent(employ, make_job):
    idle = employ("rate=1e6", patience=SOON)
    await idle.until(lambda: idle.worker.running)
    timer = employ("rate=1e6 mute=1", make_job(), patience=SOON)
    await timer.until(lambda: timer.worker.restarts == 2)
    assert idle.worker.restarts == 0


async def test_each_restart_may_come_later_than_the_one_before(employ, make_job):
    limits = []

    def uniform(low, high):
        limits.append((low, high))
        return 0.0

    patience = Patience(restart_seconds=1.0, restart_seconds_max=5.0)
    site = employ("fail=1", make_job(), patience=patience, uniform=uniform)
    await site.until(lambda: site.worker.restarts == 5)
    assert limits == [(0.0, 1.0), (0.0, 2.0), (0.0, 4.0), (0.0, 5.0), (0.0, 5.0)]


async def test_a_worker_that_lived_long_is_started_again_soon(employ, make_job):
    limits = []

    def uniform(low, high):
        limits.append(high)
        return 0.0

    patience = Patience(restart_seconds=1.0, healthy_seconds=0.0)
    site = employ("fail=1", make_job(), patience=patience, uniform=uniform)
    await site.until(lambda: site.worker.restarts == 3)
    assert limits == [1.0, 1.0, 1.0]


async def test_a_worker_says_when_it_will_be_started_again(employ, make_job):
    site = employ("fail=1", make_job(), uniform=lambda low, high: 0.03)
    await site.until(lambda: site.worker.restarts == 1)
    assert site.of(WorkerEnded)[0].restart_in_seconds == 0.03


async def test_a_worker_waiting_to_be_started_again_can_be_stopped_at_once(employ, make_job):
    site = employ("fail=1", make_job(), uniform=lambda low, high: 1e6)
    await site.until(lambda: site.worker.restarts == 1)
    await site.worker.stop()
    assert not site.worker.running


async def test_a_worker_that_does_not_heed_a_stop_is_killed(employ, make_job):
    site = employ("rate=1e6 hang=5", make_job(), patience=Patience(stop_seconds=0.2))
    await site.until(lambda: bool(site.of(Hashed)))
    await site.worker.stop()
    assert site.events[-1] == WorkerEnded(0, "the worker was ended by SIGKILL", None)


async def test_a_paused_worker_that_is_killed_comes_back_paused(employ, make_job):
    site = employ("rate=1e6", make_job())
    site.worker.pause("user")
    await site.until(lambda: site.worker.running)
    os.kill(site.worker.pid, signal.SIGKILL)
    await site.until(lambda: len(site.of(WorkerStarted)) == 2)
    assert (site.worker.reasons, site.worker.idle) == ({"user"}, True)
