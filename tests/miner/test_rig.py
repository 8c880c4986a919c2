"""The rig with devices that fail: what the pool sees of it, and what the figures say."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager

import pytest

from pithead.devices.device import DeviceInfo
from pithead.devices.host import cpu_devices
from pithead.errors import PoolError
from pithead.practice import PracticePool
from pithead.practice.options import PracticeOptions
from pithead.rig import Rig
from pithead.settings import parse
from pithead.stats import Snapshot

SOUND = cpu_devices(1)[0]


def fake(device_id: int, script: str) -> DeviceInfo:
    return DeviceInfo(id=device_id, kind="fake", name="fake", vendor="", uuid=f"{device_id:032x}", script=script)


@asynccontextmanager
async def mining(pool: PracticePool, *devices: DeviceInfo, **settings: object):
    """A rig at work on a pool, ended and looked after on leaving."""
    rig = Rig(parse({"algo": "sha256d", "pools": [{"url": pool.url, "user": "W"}], **settings}), devices)
    running = asyncio.ensure_future(rig.run())
    try:
        yield rig
    finally:
        rig.stop()
        assert await asyncio.wait_for(running, 10) == 0


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - figures have no event to wait for
            await asyncio.sleep(0.02)


def practice(**options: object) -> PracticePool:
    return PracticePool(PracticeOptions(algorithm="sha256d", difficulty=0.002, network_difficulty=1e9, **options))


async def test_a_nonce_that_does_not_check_is_counted_for_its_device_and_never_reaches_the_pool():
    async with practice() as pool, mining(pool, fake(0, "wrong=2")) as rig:
        await until(lambda: rig.snapshot().shares.invalid >= 3)
        device = rig.snapshot().devices[0]
        assert device.potentially_unstable
        assert device.shares.invalid == rig.snapshot().shares.invalid
        assert pool.counts["share"] == 0


@pytest.mark.parametrize("fault", ["fail=3", "crash=3", "wrong=1"])
async def test_a_faulty_device_does_not_disturb_the_shares_of_a_sound_one(fault):
    async with practice() as pool, mining(pool, SOUND, fake(1, fault)) as rig:
        await until(lambda: rig.snapshot().devices[0].shares.accepted >= 5)
        shares = rig.snapshot().devices[0].shares
        assert (shares.rejected, shares.stale, shares.lost, shares.invalid) == (0, 0, 0, 0)
        assert rig.snapshot().devices[0].restarts == 0


async def test_a_device_that_fails_is_started_again_and_its_restarts_are_counted():
    async with practice() as pool, mining(pool, fake(0, "crash=40")) as rig:
        await until(lambda: rig.snapshot().devices[0].restarts >= 2)
        assert rig.snapshot().hashes > 0


async def test_the_hashes_of_the_devices_add_up_to_those_of_the_rig():
    async with practice() as pool, mining(pool, SOUND, fake(1, "rate=2e5")) as rig:
        await until(lambda: all(device.hashes for device in rig.snapshot().devices))
        figures: Snapshot = rig.snapshot()
        assert figures.hashes == sum(device.hashes for device in figures.devices)


async def test_devices_rest_while_there_is_no_pool_and_work_again_when_it_is_back():
    async with practice() as pool, mining(pool, fake(0, "rate=1e6"), **{"retry-pause": 0.5}) as rig:
        await until(lambda: rig.snapshot().hashes > 0)
        pool.misbehave("hang-up")
        pool.drop_connections()
        await until(lambda: rig.hindrances()[0] == ["no pool connected"])
        pool.behave("hang-up")
        done = rig.snapshot().hashes
        await until(lambda: rig.snapshot().hashes > done + 100_000)
        assert rig.hindrances() == {0: []}


async def test_with_keep_gpu_busy_devices_work_on_while_there_is_no_pool():
    async with practice() as pool, mining(pool, fake(0, "rate=1e6"), **{"keep-gpu-busy": True}) as rig:
        await until(lambda: rig.snapshot().hashes > 0)
        pool.misbehave("hang-up")
        pool.drop_connections()
        await pool.wait_for("disconnected")
        done = rig.snapshot().hashes
        await until(lambda: rig.snapshot().hashes > done + 500_000)
        assert rig.hindrances() == {0: []}


async def test_exit_on_connection_lost_ends_with_a_reason_once_every_pool_has_failed():
    settings = {"algo": "sha256d", "pools": [{"url": "127.0.0.1:1", "user": "W"}], "retries": 1, "retry-pause": 0.1}
    rig = Rig(parse({**settings, "exit-on-connection-lost": True}), (fake(0, ""),))
    with pytest.raises(PoolError):
        await asyncio.wait_for(rig.run(), 20)


async def test_an_extranonce2_of_one_byte_gives_no_share_twice():
    async with practice(misbehave={"tiny-extranonce": ""}) as pool, mining(pool, SOUND, *fleet()) as rig:
        await until(lambda: rig.snapshot().shares.accepted >= 20)
        assert pool.counts["duplicate"] == 0


def fleet() -> tuple[DeviceInfo, ...]:
    return tuple(DeviceInfo(id=number, kind="cpu", name="cpu", vendor="", uuid=f"{number:032x}") for number in (1, 2))
