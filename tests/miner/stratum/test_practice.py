"""The dialect on a real socket with the practice pool, whose own code builds every header anew and hashes it."""

import asyncio
import hashlib
from itertools import count

import pytest

from pithead.practice.options import PracticeOptions
from pithead.practice.pool import PracticePool
from pithead.stratum.bitcoin import BitcoinDialect
from pithead.stratum.dialect import Judged, NewJob, Ready, Send
from pithead.work import Outcome, Share

SHARES = 6


def practice(**options):
    """A pool with shares of a few hashes; its blocks are out of reach, for a new one would make shares stale."""
    return PracticePool(PracticeOptions(algorithm="sha256d", difficulty=1e-9, network_difficulty=1e6, **options))


def find_share(job, roll):
    """Mine one share in a header."""
    header = job.header(roll)[:76]
    hashes = ((nonce, sha256d(header + nonce.to_bytes(4, "little"))) for nonce in count())
    return next(Share(job, roll, nonce, number, 0) for nonce, number in hashes if number <= job.target)


def sha256d(data):
    return int.from_bytes(hashlib.sha256(hashlib.sha256(data).digest()).digest(), "little")


async def mine(port):
    """Log in, submit some shares of different rolls; return their verdicts."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    dialect = BitcoinDialect("sha256d", 1, "wallet.rig", "x", "pithead/test", 1)
    writer.write(dialect.hello())
    job, ready, submitted, verdicts = None, False, 0, []
    while len(verdicts) < SHARES:
        data = await asyncio.wait_for(reader.read(65536), 20)
        assert data, "the pool has closed the connection"
        for event in dialect.receive(data):
            if isinstance(event, Send):
                writer.write(event.data)
            elif isinstance(event, NewJob):
                job = event.job
            elif isinstance(event, Judged):
                verdicts.append(event)
            ready = ready or isinstance(event, Ready)
        while ready and job is not None and submitted < SHARES:
            roll = submitted * 40_503 % job.rolls
            writer.write(dialect.submit(find_share(job, roll)))
            submitted += 1
    writer.close()
    await writer.wait_closed()
    return verdicts


@pytest.mark.parametrize(
    "conduct",
    [
        {},
        {"late-login-reply": "0.01"},
        {"wrong-ids": "one"},
        {"wrong-ids": "null"},
        {"wrong-ids": "method"},
        {"wrong-ids": "999"},
        {"tiny-extranonce": ""},
        {"change-extranonce": ""},
        {"escape-codes": ""},
        {"bad-difficulty": ""},
        {"bad-notify": ""},
        {"unknown-method": ""},
        {"ping": "0.01"},
    ],
    ids=lambda conduct: "-".join(f"{name}{value}" for name, value in conduct.items()) or "honest",
)
async def test_every_share_is_accepted_by_a_pool_that_is(conduct):
    async with practice(misbehave=conduct) as pool:
        verdicts = await mine(pool.port)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.ACCEPTED] * SHARES


async def test_shares_on_a_pool_without_version_rolling_are_accepted():
    async with practice(version_mask=0) as pool:
        verdicts = await mine(pool.port)
    assert [verdict.outcome for verdict in verdicts] == [Outcome.ACCEPTED] * SHARES


async def test_stale_shares_are_called_stale():
    conduct = {"stale-flood": ""}
    async with practice(misbehave=conduct) as pool:
        verdicts = await mine(pool.port)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.STALE}
