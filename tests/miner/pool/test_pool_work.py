"""Jobs and shares between a pool and the miner, on one connection."""

import asyncio
import time
import tracemalloc

from pithead.pool import Connected, DifficultyChanged, Disconnected, JobReceived, PoolNotice, Submitted
from pithead.work import Outcome, Verdict


async def test_a_job_of_the_pool_reaches_the_devices(miner, new_pool):
    miner.start((await new_pool()).url)
    assert (await miner.works_on("a")).connection == 1


async def test_a_share_found_on_a_job_reaches_the_pool(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    miner.find(await miner.works_on("a"), nonce=99)
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)
    assert pool.shares == ["share 1 a 99"]


async def test_a_verdict_says_how_long_the_pool_took(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url)
    miner.find(await miner.works_on("a"))
    await miner.hears(Submitted)
    miner.now += 0.25
    await miner.world.until(lambda: pool.shares)
    pool.visits[0].send("ok 1")
    assert (await miner.hears(Verdict)).latency_seconds == 0.25


async def test_a_person_hears_of_jobs_and_difficulty_only_after_the_login(miner, new_pool):
    pool = await new_pool(welcome=["difficulty 5", "job a"])
    miner.start(pool.url)
    await miner.works_on("a")
    assert not miner.told(JobReceived)
    pool.visits[0].send("ready")
    await miner.hears(JobReceived)
    kinds = [type(event) for event in miner.events]
    assert kinds[kinds.index(Connected) :] == [Connected, DifficultyChanged, JobReceived]


async def test_a_share_waits_until_the_login_is_accepted(miner, new_pool):
    pool = await new_pool(welcome=["job a"])
    miner.start(pool.url)
    miner.find(await miner.works_on("a"))
    pool.visits[0].send("say still thinking")
    await miner.hears(PoolNotice)
    assert not pool.shares
    pool.visits[0].send("ready")
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_a_share_of_an_older_job_that_still_counts_is_sent(miner, new_pool):
    pool = await new_pool(welcome=["ready", "job a", "job b"])
    miner.start(pool.url)
    await miner.works_on("b")
    old = miner.told(JobReceived)[0].job
    miner.find(old)
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_a_share_of_a_dropped_job_is_stale_without_being_sent(miner, new_pool):
    pool = await new_pool(welcome=["ready", "job a", "job b clean"])
    miner.start(pool.url)
    await miner.works_on("b")
    miner.find(miner.told(JobReceived)[0].job)
    await miner.hears(Verdict, outcome=Outcome.STALE)
    assert not pool.shares


async def test_a_share_of_a_dropped_job_is_sent_where_stales_are_asked_for(miner, new_pool):
    pool = await new_pool(welcome=["ready", "job a", "job b clean"])
    miner.start(pool.url, send_stales=True)
    await miner.works_on("b")
    miner.find(miner.told(JobReceived)[0].job)
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_a_share_is_not_taken_for_stale_after_more_jobs_than_are_remembered(miner, new_pool):
    pool = await new_pool(welcome=["ready", "job first", *(f"job {number}" for number in range(1500))])
    miner.start(pool.url)
    await miner.works_on("1499")
    miner.find(miner.told(JobReceived)[0].job)
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_a_job_announced_again_as_clean_keeps_its_shares(miner, new_pool):
    pool = await new_pool(welcome=["ready", "job a", "job a clean"])
    miner.start(pool.url)
    await miner.hears(JobReceived, 2)
    miner.find(miner.told(JobReceived)[0].job)
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_a_rejected_share_is_not_sent_again(miner, new_pool):
    pool = await new_pool(judgement="bad")
    miner.start(pool.url)
    job = await miner.works_on("a")
    miner.find(job, nonce=1)
    miner.find(job, nonce=2)
    await miner.hears(Verdict, 2, outcome=Outcome.REJECTED)
    assert pool.shares == ["share 1 a 1", "share 2 a 2"]


async def test_shares_without_an_answer_are_lost_when_the_connection_ends(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url)
    share = miner.find(await miner.works_on("a"))
    await miner.world.until(lambda: pool.shares)
    pool.visits[0].drop()
    assert (await miner.hears(Verdict)).share is share
    assert miner.outcomes() == [Outcome.LOST]


async def test_a_share_of_a_connection_that_ended_goes_to_no_other(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    job = await miner.works_on("a")
    pool.visits[0].drop()
    await miner.hears(Connected, 2)
    miner.find(job)
    await miner.hears(Verdict, outcome=Outcome.STALE)
    assert not pool.shares


async def test_devices_have_no_job_while_there_is_no_connection(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    await pool.close()
    await miner.hears(Disconnected)
    assert miner.jobs.value is None


async def test_the_job_stays_without_a_connection_where_gpus_are_to_be_kept_busy(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url, keep_gpu_busy=True)
    job = await miner.works_on("a")
    await pool.close()
    await miner.hears(Disconnected)
    assert miner.jobs.value is job


async def test_the_job_goes_when_gpus_are_no_longer_to_be_kept_busy(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url, keep_gpu_busy=True, retry_pause=1000)
    await miner.works_on("a")
    await pool.close()
    await miner.hears(Disconnected)
    miner.change(keep_gpu_busy=False)
    await miner.world.until(lambda: miner.jobs.value is None)


async def test_the_state_shows_pool_difficulty_and_ping(miner, new_pool):
    pool = await new_pool(welcome=[])
    miner.start(pool.url)
    await miner.world.until(lambda: pool.visits and pool.visits[0].heard)
    miner.now += 0.1
    pool.visits[0].send("ready", "job a")
    await miner.works_on("a")
    state = miner.pool.state
    assert (state.url, state.user, state.worker, state.index) == (pool.url, "wallet", "rig", 0)
    assert (state.connected, state.difficulty, round(state.ping_seconds, 6)) == (True, 2.0, 0.1)


async def test_draining_sends_what_is_queued_and_waits_for_the_answers(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    job = await miner.works_on("a")
    for nonce in range(20):
        miner.find(job, nonce)
    await miner.pool.drain(10)
    assert miner.outcomes() == [Outcome.ACCEPTED] * 20


async def test_draining_ends_in_time_when_the_pool_does_not_answer(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url)
    miner.find(await miner.works_on("a"))
    await miner.pool.drain(0.05)
    assert len(miner.told(Submitted)) == 1


async def test_shares_that_remain_when_the_miner_stops_are_lost_not_forgotten(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url)
    job = await miner.works_on("a")
    miner.find(job)
    await miner.hears(Submitted)
    miner.running.cancel()
    miner.find(job, nonce=8)
    await asyncio.wait([miner.running])
    assert miner.outcomes() == [Outcome.LOST, Outcome.LOST]


async def test_a_burst_of_shares_larger_than_the_buffers_is_sent_whole(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    job = await miner.works_on("a")
    for nonce in range(20_000):
        miner.find(job, nonce)
    await miner.pool.drain(30)
    assert miner.outcomes() == [Outcome.ACCEPTED] * 20_000


async def test_a_pool_that_floods_us_with_pings_and_does_not_read_is_left(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    visit = pool.visits[0]
    visit.writer.transport.pause_reading()
    sending = asyncio.create_task(flood(visit, b"ping\n" * 5000))
    gone = await miner.hears(Disconnected)
    assert gone.reason == "the pool does not read what we send"
    await sending


async def test_a_flood_of_notices_reaches_a_person_as_a_few(miner, new_pool):
    pool = await new_pool(welcome=["ready", *["say hello"] * 500, "job a"])
    miner.start(pool.url)
    await miner.works_on("a")
    assert len(miner.told(PoolNotice)) == 5


async def test_a_share_does_not_wait_for_the_end_of_a_flood_of_jobs(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    job = await miner.works_on("a")
    pool.visits[0].send(*(f"job {number}" for number in range(20_000)))
    await miner.hears(JobReceived, 100)
    miner.find(job)
    await miner.works_on("19999")
    kinds = [type(event) for event in miner.events]
    assert JobReceived in kinds[kinds.index(Submitted) :]


async def test_a_flood_of_jobs_loses_no_share(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    for number in range(2_000):
        pool.visits[0].send(f"job {number}")
        if number % 20 == 0:
            miner.find(await miner.works_on(str(number)))
    await miner.hears(Verdict, 100, outcome=Outcome.ACCEPTED)


async def test_memory_stays_flat_under_megabytes_that_mean_nothing(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    tracemalloc.start()
    try:
        garbage = b"x" * 99 + b"\n"
        for _ in range(40):
            pool.visits[0].writer.write(garbage * 2000)
            await pool.visits[0].writer.drain()
        pool.visits[0].send("job end")
        await miner.works_on("end")
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


async def flood(visit, data):
    """Send until the other side has gone, leaving others their turn."""
    end = time.monotonic() + 20
    while not visit.writer.transport.is_closing() and time.monotonic() < end:
        visit.writer.write(data)
        await asyncio.sleep(0)
