"""A worker at work: a real process on the CPU, or on a fake device where speed does not matter."""

import asyncio
import hashlib
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pithead.devices.device import DeviceInfo
from pithead.devices.events import (
    Candidate,
    Hashed,
    KernelsReady,
    SpaceExhausted,
    WorkerEnded,
    WorkerStarted,
)
from pithead.devices.host import cpu_devices

FINDS_ALWAYS = "rate=1e6 wrong=1"


def sha256d(header: bytes, nonce: int) -> int:
    data = header[:76] + nonce.to_bytes(4, "little")
    return int.from_bytes(hashlib.sha256(hashlib.sha256(data).digest()).digest(), "little")


def hashes(site) -> int:
    return sum(event.hashes for event in site.of(Hashed))


def exists(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def resident_pages(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])


@pytest.fixture
def cpu() -> DeviceInfo:
    return cpu_devices(2)[0]


async def test_every_nonce_that_meets_the_target_is_found_once(employ, make_job, cpu):
    job = make_job(rolls=3, nonce_count=50_000)
    site = employ(cpu, job)
    await site.until(lambda: hashes(site) == 150_000)
    found = sorted((event.unit.roll, event.nonce) for event in site.of(Candidate))
    assert found == [
        (roll, nonce)
        for roll in range(3)
        for nonce in range(50_000)
        if sha256d(job.header(roll), nonce) <= job.target
    ]


async def test_a_worker_that_tried_every_nonce_of_a_job_says_so_once(employ, make_job, cpu):
    site = employ(cpu, make_job(rolls=3, nonce_count=50_000))
    await site.until(lambda: hashes(site) == 150_000)
    assert [event.job.id for event in site.of(SpaceExhausted)] == ["a job"]
    assert site.worker.exhausted


async def test_a_worker_without_nonces_goes_on_with_the_next_job(employ, make_job, cpu):
    site = employ(cpu, make_job("small", rolls=1, nonce_count=1000))
    await site.until(lambda: hashes(site) == 1000)
    site.jobs.set(make_job("next", rolls=1, nonce_count=500))
    await site.until(lambda: hashes(site) == 1500)


async def test_a_candidate_carries_its_job_after_the_next_has_come(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job("old"))
    await site.until(lambda: bool(site.of(Candidate)))
    site.jobs.set(make_job("new"))
    await site.until(lambda: site.events[-1:] != [] and site.of(Candidate)[-1].unit.job.id == "new")
    assert {event.unit.job.id for event in site.of(Candidate)} == {"old", "new"}


async def test_two_devices_share_a_job_without_trying_a_nonce_twice(employ, make_job):
    job, devices = make_job(rolls=2, nonce_count=1_000_000), cpu_devices(2, 2)
    first = employ(devices[0], job)
    second = employ(devices[1], job, space=first.space)
    await first.until(lambda: first.worker.exhausted and first.worker.idle)
    await second.until(lambda: second.worker.exhausted and second.worker.idle)
    assert hashes(first) + hashes(second) == 2_000_000
    found = [(event.unit.roll, event.nonce) for site in (first, second) for event in site.of(Candidate)]
    assert len(set(found)) == len(found)


async def test_a_worker_changes_to_the_algorithm_of_the_newest_job(employ, make_job, cpu):
    site = employ(cpu, make_job("one"))
    await site.until(lambda: bool(site.of(Hashed)))
    site.jobs.set(make_job("two", algorithm="sha256t", rolls=1, nonce_count=1000))
    await site.until(lambda: site.worker.exhausted and site.worker.idle)
    assert [event.algorithm for event in site.of(KernelsReady)] == ["sha256d", "sha256t"]


async def test_the_newest_job_takes_effect_within_a_tenth_of_a_second(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job("0"))
    await site.until(lambda: len(site.of(Candidate)) > 30)
    delays = []
    for number in map(str, range(1, 12)):
        began = time.monotonic()
        site.jobs.set(make_job(number))
        await site.until(lambda number=number: site.of(Candidate)[-1].unit.job.id == number)
        delays.append(time.monotonic() - began)
    assert statistics.median(delays) < 0.1


async def test_a_paused_worker_rests_within_a_tenth_of_a_second(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job())
    delays = []
    for _ in range(11):
        seen = len(site.events)
        await site.until(lambda seen=seen: any(isinstance(event, Candidate) for event in site.events[seen:]))
        began = time.monotonic()
        site.worker.pause("user")
        await site.until(lambda: site.worker.idle)
        delays.append(time.monotonic() - began)
        site.worker.resume("user")
    assert statistics.median(delays) < 0.1


async def test_hashes_up_to_a_pause_are_counted(employ, make_job):
    site = employ("rate=1e5 wrong=1", make_job())
    await site.until(lambda: len(site.of(Candidate)) > 30)
    site.worker.pause("user")
    await site.until(lambda: site.worker.idle)
    tried_at_least = max(event.nonce for event in site.of(Candidate))
    assert hashes(site) > tried_at_least


async def test_a_worker_works_only_once_its_last_reason_to_pause_is_gone(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job())
    for reason in ("user", "heat"):
        site.worker.pause(reason)
    await site.until(lambda: site.worker.running)
    site.worker.resume("heat")
    assert (site.worker.reasons, site.worker.idle) == ({"user"}, True)
    site.worker.resume("user")
    await site.until(lambda: bool(site.of(Candidate)))


async def test_a_worker_rests_while_there_is_no_job(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job())
    await site.until(lambda: bool(site.of(Candidate)))
    site.jobs.set(None)
    await site.until(lambda: site.worker.idle)
    assert site.worker.algorithm is None


async def test_a_worker_never_waits_for_its_next_unit(employ, make_job):
    site = employ("rate=1e6", make_job())
    await site.until(lambda: len(site.of(Hashed)) > 3)
    began, settled = time.monotonic(), len(site.events)
    await site.until(lambda: len(site.events) > settled + 20)
    wall = time.monotonic() - began
    busy = sum(event.seconds for event in site.events[settled:])
    assert busy / wall > 0.95


async def test_a_worker_tells_its_hashes_several_times_a_second(employ, make_job):
    site = employ("rate=1e6", make_job())
    await site.until(lambda: len(site.of(Hashed)) > 10)
    assert 0.1 < statistics.median(event.seconds for event in site.of(Hashed)[2:]) < 0.25


async def test_a_thousand_new_jobs_a_second_keep_memory_flat_and_the_newest_wins(employ, make_job):
    site = employ("rate=1e6", make_job("first"))
    await site.until(lambda: len(site.of(Hashed)) > 3)
    before, resident = hashes(site), resident_pages(site.worker.pid)
    began = time.monotonic()
    for number in range(3000):
        site.jobs.set(make_job(f"job {number}"))
        await asyncio.sleep(max(0.0, began + number / 1000 - time.monotonic()))
    seconds = time.monotonic() - began
    assert hashes(site) - before > 0.5 * 2e6 * seconds
    assert resident_pages(site.worker.pid) - resident < 1024
    site.jobs.set(make_job("newest", rolls=1, nonce_count=1000))
    await site.until(lambda: bool(site.of(SpaceExhausted)))
    assert site.of(SpaceExhausted)[0].job.id == "newest"


async def test_a_worker_on_the_cpu_is_as_nice_as_can_be(employ, cpu):
    site = employ(cpu)
    await site.until(lambda: site.worker.running)
    assert os.getpriority(os.PRIO_PROCESS, site.worker.pid) == 19


async def test_a_worker_that_is_told_to_stop_ends_its_process_and_stays_away(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job())
    await site.until(lambda: bool(site.of(Candidate)))
    pid = site.worker.pid
    await site.worker.stop()
    assert site.events[-1] == WorkerEnded(0, "the worker ended with exit code 0", None)
    assert not exists(pid)


async def test_what_was_done_before_a_stop_is_counted(employ, make_job):
    site = employ("rate=1e5 wrong=1", make_job())
    await site.until(lambda: len(site.of(Candidate)) > 30)
    await site.worker.stop()
    assert hashes(site) > max(event.nonce for event in site.of(Candidate))


async def test_a_worker_can_be_stopped_before_its_process_is_up(employ, make_job):
    site = employ(FINDS_ALWAYS, make_job())
    await site.worker.stop()
    assert not site.worker.running


async def test_a_worker_tells_its_process_id(employ):
    site = employ("rate=1")
    await site.until(lambda: bool(site.of(WorkerStarted)))
    assert site.of(WorkerStarted)[0].pid == site.worker.pid


PARENT = """
import asyncio
from pithead.devices.crew import Worker
from pithead.devices.device import DeviceInfo
from pithead.devices.lease import SearchSpace
from pithead.work import Latest

info = DeviceInfo(id=0, kind="fake", name="Fake", vendor="", uuid="0" * 32)
asyncio.run(Worker(info, Latest(None), SearchSpace(), lambda event: print(event.pid, flush=True)).run())
"""


def test_a_worker_ends_with_its_parent():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while exists(worker):
        assert time.monotonic() < deadline
        time.sleep(0.01)
