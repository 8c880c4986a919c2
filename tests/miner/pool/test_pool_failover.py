"""What the miner does when pools fail, come back, move it, or when the list changes."""

import asyncio
import socket

import pytest

from pithead.errors import PoolError
from pithead.pool import Connected, Connecting, Disconnected, PoolNotice, Switched, SwitchReason
from pithead.work import Outcome, Verdict


def unused_url():
    """Return the URL of a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"stratum+tcp://127.0.0.1:{probe.getsockname()[1]}"


async def test_without_pools_the_miner_waits_for_some(miner, new_pool):
    pool = await new_pool()
    miner.start()
    assert miner.pool.state.waiting
    miner.change(pools=(pool.entry(),))
    await miner.works_on("a")
    assert not miner.pool.state.waiting


async def test_when_all_pools_are_removed_the_miner_waits_again(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    miner.change(pools=())
    await miner.world.until(lambda: miner.pool.state.waiting and not pool.present)
    assert miner.jobs.value is None


async def test_the_next_pool_is_tried_after_as_many_attempts_as_asked_for(miner, new_pool):
    dead, backup = unused_url(), await new_pool()
    miner.start(dead, backup.url, retries=3)
    await miner.works_on("a")
    assert [event.url for event in miner.told(Connecting)] == [dead] * 3 + [backup.url]


async def test_going_to_the_next_pool_is_told_as_a_failover(miner, new_pool):
    dead, backup = unused_url(), await new_pool()
    miner.start(dead, backup.url)
    assert await miner.hears(Switched) == Switched(dead, backup.url, SwitchReason.FAILOVER)


async def test_a_refused_login_goes_to_the_next_pool_at_once(miner, new_pool):
    strict, backup = await new_pool(welcome=["refused"]), await new_pool()
    miner.start(strict.url, backup.url)
    await miner.works_on("a")
    assert len(strict.visits) == 1


async def test_the_list_is_gone_through_again_from_its_start(miner, new_pool):
    main = await new_pool(welcome=["refused"])
    miner.start(main.url, unused_url(), retries=2)
    await miner.hears(Disconnected, 3)
    main.welcome = ["ready", "job a"]
    await miner.works_on("a")
    assert miner.pool.state.index == 0


async def test_with_negative_retries_the_next_pool_is_never_tried(miner, new_pool):
    dead, backup = unused_url(), await new_pool()
    miner.start(dead, backup.url, retries=-1, retry_pause=0.0001)
    await miner.hears(Disconnected, 12)
    assert not backup.visits


async def test_pauses_between_attempts_grow_and_are_spread_by_chance(miner):
    miner.luck = 0.5
    miner.start(unused_url(), retries=-1, retry_pause=0.001)
    await miner.hears(Disconnected, 6)
    pauses = [round(event.retry_in_seconds / 0.001, 6) for event in miner.told(Disconnected)[:6]]
    assert pauses == [0.5, 1, 2, 3, 3, 3]


async def test_a_pool_that_takes_the_login_and_hangs_up_counts_as_failed(miner, new_pool):
    flaky, backup = await new_pool(), await new_pool(welcome=["ready", "job b"])
    miner.start(flaky.url, backup.url, retries=2)
    for visit in (1, 2):
        await miner.hears(Connected, visit, url=flaky.url)
        flaky.visits[-1].drop()
    await miner.works_on("b")


async def test_a_pool_that_had_accepted_a_share_is_tried_again_first(miner, new_pool):
    main, backup = await new_pool(), await new_pool()
    miner.start(main.url, backup.url, retries=1)
    miner.find(await miner.works_on("a"))
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)
    main.visits[0].drop()
    await miner.hears(Connected, 2)
    assert not backup.visits


async def test_a_pool_that_stood_for_a_minute_is_tried_again_first(miner, new_pool):
    main, backup = await new_pool(), await new_pool()
    miner.start(main.url, backup.url, retries=1)
    await miner.works_on("a")
    miner.now += 60
    main.visits[0].drop()
    await miner.hears(Connected, 2)
    assert not backup.visits


async def test_a_pool_that_talks_but_has_no_job_is_left(miner, new_pool):
    pool = await new_pool(welcome=["ready"])
    miner.start(pool.url)
    await miner.hears(Connected)
    miner.now += 31
    pool.visits[0].send("say be patient")
    assert (await miner.hears(Disconnected)).reason == "the pool has given no job for 30 s"


async def test_a_pool_that_says_nothing_for_the_timeout_is_left(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url, timeout=0.05)
    await miner.hears(Connected)
    assert (await miner.hears(Disconnected)).reason == "no word from the pool for 0.05 s"


async def test_a_login_without_an_answer_is_given_up(miner, new_pool):
    pool = await new_pool(welcome=["job a"])
    miner.start(pool.url, timeout=0.05)
    assert (await miner.hears(Disconnected)).reason == "no answer to the login"


async def test_a_shorter_timeout_counts_at_once(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url, timeout=1000)
    await miner.works_on("a")
    miner.change(timeout=0.01)
    assert (await miner.hears(Disconnected)).reason == "no word from the pool for 0.01 s"
    assert len(pool.visits) == 1


async def test_a_pool_that_talks_but_never_judges_is_left(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url)
    miner.find(await miner.works_on("a"))
    await miner.world.until(lambda: pool.shares)
    miner.now += 31
    pool.visits[0].send("job b")
    assert (await miner.hears(Disconnected)).reason == "the pool has not answered a share for 30 s"


async def test_so_many_failed_shares_in_a_row_make_the_connection_anew(miner, new_pool):
    pool = await new_pool(judgement="bad")
    miner.start(pool.url, reconnect_on_fail_shares=3)
    job = await miner.works_on("a")
    for nonce in range(3):
        miner.find(job, nonce)
    assert "3 shares in a row failed" in (await miner.hears(Disconnected)).reason
    await miner.hears(Connected, 2)


async def test_an_accepted_share_between_failed_ones_keeps_the_connection(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url, reconnect_on_fail_shares=2)
    job = await miner.works_on("a")
    for nonce in range(3):
        miner.find(job, nonce)
    await miner.world.until(lambda: len(pool.shares) == 3)
    pool.visits[0].send("bad 1", "ok 2", "bad 3", "job b")
    await miner.works_on("b")
    assert not miner.told(Disconnected)


async def test_verdicts_that_come_together_with_the_last_straw_are_not_lost(miner, new_pool):
    pool = await new_pool(judgement="")
    miner.start(pool.url, reconnect_on_fail_shares=2)
    job = await miner.works_on("a")
    for nonce in range(3):
        miner.find(job, nonce)
    await miner.world.until(lambda: len(pool.shares) == 3)
    pool.visits[0].send("bad 1", "bad 2", "ok 3")
    await miner.hears(Disconnected)
    assert miner.outcomes() == [Outcome.REJECTED, Outcome.REJECTED, Outcome.ACCEPTED]


async def test_the_miner_returns_to_the_main_pool_without_a_moment_without_work(miner, new_pool):
    main, backup = await new_pool(welcome=["refused"]), await new_pool(welcome=["ready", "job b"])
    miner.start(main.url, backup.url, back_to_main_pool_sec=0.02)
    await miner.works_on("b")
    main.welcome = ["ready", "job a"]
    await miner.works_on("a")
    assert None not in miner.jobs.history
    assert miner.told(Switched)[-1].reason is SwitchReason.MAIN_RETURNED


async def test_a_main_pool_that_has_no_job_yet_is_not_returned_to(miner, new_pool):
    main, backup = await new_pool(welcome=["refused"]), await new_pool(welcome=["ready", "job b"])
    miner.start(main.url, backup.url, back_to_main_pool_sec=0.02)
    await miner.works_on("b")
    main.welcome = ["ready"]
    await miner.world.until(lambda: main.present)
    assert miner.jobs.value.id == "b"
    main.present[0].send("job a")
    await miner.works_on("a")


async def test_failed_probes_of_the_main_pool_leave_the_work_alone(miner, new_pool):
    main, backup = await new_pool(welcome=["refused"]), await new_pool(welcome=["ready", "job b"])
    miner.start(main.url, backup.url, back_to_main_pool_sec=0.01)
    await miner.hears(PoolNotice, 3)
    assert (miner.jobs.value.id, len(backup.visits)) == ("b", 1)


async def test_shares_in_flight_are_still_judged_by_the_pool_that_is_left(miner, new_pool):
    main = await new_pool(welcome=["refused"])
    backup = await new_pool(welcome=["ready", "job b"], judgement="")
    miner.start(main.url, backup.url, back_to_main_pool_sec=0.02)
    miner.find(await miner.works_on("b"))
    await miner.world.until(lambda: backup.shares)
    main.welcome = ["ready", "job a"]
    await miner.works_on("a")
    backup.visits[0].send("ok 1")
    await miner.hears(Verdict, outcome=Outcome.ACCEPTED)


async def test_shares_for_the_pool_that_was_left_are_stale(miner, new_pool):
    main, backup = await new_pool(welcome=["refused"]), await new_pool(welcome=["ready", "job b"])
    miner.start(main.url, backup.url, back_to_main_pool_sec=0.02)
    job = await miner.works_on("b")
    main.welcome = ["ready", "job a"]
    await miner.works_on("a")
    miner.find(job)
    await miner.hears(Verdict, outcome=Outcome.STALE)


async def test_the_main_pool_is_not_probed_where_that_is_switched_off(miner, new_pool):
    main, backup = await new_pool(welcome=["refused"]), await new_pool(welcome=["ready", "job b"])
    miner.start(main.url, backup.url, back_to_main_pool_sec=0)
    await miner.works_on("b")
    miner.change(back_to_main_pool_sec=0.01)
    await miner.hears(PoolNotice)
    assert len(main.visits) == 2


async def test_a_new_first_pool_in_the_settings_is_connected_to(miner, new_pool):
    old, new = await new_pool(), await new_pool(welcome=["ready", "job n"])
    miner.start(old.url)
    await miner.works_on("a")
    miner.change(pools=(new.entry(), old.entry()))
    await miner.works_on("n")
    assert await miner.hears(Switched) == Switched(old.url, new.url, SwitchReason.SETTINGS)


async def test_another_wallet_in_the_settings_logs_in_anew(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    miner.change(pools=(pool.entry(user="other"),))
    await miner.world.until(lambda: len(pool.visits) == 2 and "hello other" in pool.visits[1].heard)


async def test_another_backup_in_the_settings_does_not_disturb_the_connection(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    miner.change(pools=(pool.entry(), pool.entry(user="other")))
    pool.visits[0].send("job b")
    await miner.works_on("b")
    assert len(pool.visits) == 1


async def test_the_rig_can_ask_for_a_new_connection(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.url)
    await miner.works_on("a")
    miner.pool.reconnect()
    await miner.hears(Connected, 2)


async def test_where_that_is_asked_for_the_miner_ends_when_every_pool_has_failed(miner):
    miner.start(unused_url(), unused_url(), retries=2, exit_on_connection_lost=True)
    with pytest.raises(PoolError, match="every pool has failed"):
        await miner.running
    assert len(miner.told(Connecting)) == 4


async def test_a_pool_may_move_the_miner_on_its_own_host(miner, new_pool):
    first, second = await new_pool(), await new_pool(welcome=["ready", "job moved"])
    miner.luck = 0.0
    miner.start(first.url)
    await miner.works_on("a")
    first.visits[0].send(f"move - {second.port} 0")
    await miner.works_on("moved")
    assert miner.pool.state.url == second.url


async def test_a_pool_may_not_move_the_miner_to_another_host(miner, new_pool):
    first, second = await new_pool(), await new_pool()
    miner.start(first.url)
    await miner.works_on("a")
    first.visits[0].send(f"move localhost {second.port} 0", "job b")
    await miner.works_on("b")
    assert "localhost is not under the same domain" in miner.told(PoolNotice)[0].text
    assert not second.visits


async def test_where_a_move_fails_the_configured_address_is_tried_again(miner, new_pool):
    pool = await new_pool()
    miner.luck = 0.0
    miner.start(pool.url)
    await miner.works_on("a")
    pool.visits[0].send(f"move - {unused_url().rpartition(':')[2]} 0")
    await miner.hears(Connected, 2, url=pool.url)


async def test_a_pool_that_only_moves_us_counts_as_failed(miner, new_pool):
    circle, backup = await new_pool(welcome=["move - 0 0"]), await new_pool(welcome=["ready", "job b"])
    miner.luck = 0.0
    miner.start(circle.url, backup.url, retries=2)
    await miner.works_on("b")
    assert len(circle.visits) == 6


async def test_a_pool_that_talks_nonsense_is_left_with_its_reason(miner, new_pool):
    pool = await new_pool(welcome=["nonsense"])
    miner.start(pool.url)
    assert (await miner.hears(Disconnected)).reason == "this is not our protocol"


async def test_an_address_that_cannot_be_read_is_a_failure_with_a_sentence(miner, new_pool):
    backup = await new_pool()
    miner.start("stratum2+tcp://127.0.0.1:3333", backup.url, retries=1)
    await miner.works_on("a")
    assert "not spoken yet" in miner.told(Disconnected)[0].reason


async def test_the_miner_stops_at_once_while_it_connects(miner, new_pool):
    silent = await new_pool(welcome=[])
    miner.start(silent.url)
    await miner.world.until(lambda: silent.visits)
    async with asyncio.timeout(2):
        await miner.stop()
