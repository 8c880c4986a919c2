"""Shares of our miner, judged by a pool that is not ours and hashes them with its own C++."""

import pytest

pytestmark = [pytest.mark.judge, pytest.mark.timeout(300)]

SHARES = 20
JOBS = 5
"""Every job has a previous hash of its own, and so an x16r order of its own."""


@pytest.mark.parametrize(("algorithm", "difficulty"), [("x16r", 0.001), ("x16rv2", 0.001), ("sha256d", 0.001)])
def test_a_foreign_pool_accepts_our_shares_and_finds_none_too_easy_or_sent_twice(
    made_up_daemon, foreign_pool, miner, algorithm: str, difficulty: float
) -> None:
    pool = foreign_pool(algorithm, difficulty)
    miner(algorithm, pool.url)
    pool.until(lambda _: len(pool.shares("valid")) >= SHARES and pool.jobs() >= JOBS, 240)
    assert pool.shares("invalid") == []  # that is: wrong, too easy or sent twice; stale ones are told apart
