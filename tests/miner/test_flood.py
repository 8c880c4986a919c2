"""A pool that sends a thousand jobs a second."""

import asyncio
import re
import sys
from pathlib import Path

from pithead.practice import PracticePool
from pithead.practice.options import PracticeOptions

PITHEAD = Path(sys.executable).with_name("pithead")
FLOOD_SECONDS = 10
SHARE_LINE = re.compile(r"share (accepted|rejected|stale|lost)")


def resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


async def test_a_flood_of_jobs_loses_no_share_and_keeps_memory_flat():
    options = PracticeOptions(algorithm="sha256d", difficulty=0.002, misbehave={"job-flood": "1000"})
    async with PracticePool(options) as pool:
        miner = await asyncio.create_subprocess_exec(
            PITHEAD, "-a", "sha256d", "-o", pool.url, "-u", "flooded",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            reading = asyncio.ensure_future(miner.stdout.read())
            await pool.wait_for("share", timeout_seconds=30)
            jobs, before = pool.ledger.counts["jobs"], resident_kib(miner.pid)
            await asyncio.sleep(FLOOD_SECONDS)  # the length of the flood, not a wait for something
            flooded, after = pool.ledger.counts["jobs"] - jobs, resident_kib(miner.pid)
            miner.terminate()
            text = (await asyncio.wait_for(reading, 20)).decode()
            assert await miner.wait() == 0
        finally:
            if miner.returncode is None:
                miner.kill()
                await miner.wait()
        judged_here = SHARE_LINE.findall(text)
        judged_there = pool.ledger.counts["accepted"] + pool.ledger.counts["stale"]
        assert flooded > FLOOD_SECONDS * 500
        assert judged_here.count("lost") == judged_here.count("rejected") == 0
        assert judged_here.count("accepted") == pool.ledger.counts["accepted"] > 10
        unsent = text.count("dropped its job before it could be sent")
        assert len(judged_here) - unsent == judged_there
        assert after - before < 8 * 1024
