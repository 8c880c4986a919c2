"""A long run: a pool that drops and floods, workers that are killed; memory and descriptors must stay flat.

`make soak` runs ten minutes, `SOAK_SECONDS=60 make soak` one. Prints a line every ten seconds and ends with 1 on growth, on a wrong
share, on another exit code than 0 and where no share was accepted.
"""

import asyncio
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

from pithead.practice import PracticePool
from pithead.practice.options import PracticeOptions

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
DEVICES = 8
STEP_SECONDS = 10
WARM_STEPS = 3
"""Steps before growth counts: caches fill, the pool finds its difficulty."""
GROWTH_KIB = 16 * 1024
PITHEAD = Path(sys.executable).with_name("pithead")


def resident_kib(pid: int) -> int:
    """Resident memory of a process."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def descriptors(pid: int) -> int:
    """Open file descriptors of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def workers(pid: int) -> list[int]:
    """The worker processes of a miner."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def watch(pid: int, pool: PracticePool) -> tuple[tuple[int, int] | None, tuple[int, int]]:
    """Disturb a miner and print how it does; return its memory and descriptors, warm and at the end."""
    chance = random.Random(1)
    first: tuple[int, int] | None = None
    began, step = time.monotonic(), 0
    while time.monotonic() - began < SECONDS:
        await asyncio.sleep(STEP_SECONDS)
        step += 1
        now = resident_kib(pid), descriptors(pid)
        if step == WARM_STEPS:
            first = now
        print(
            f"{time.monotonic() - began:5.0f} s  memory {now[0]} KiB  descriptors {now[1]}  workers "
            f"{len(workers(pid))}  accepted {pool.counts['accepted']}  stale {pool.counts['stale']}  "
            f"low {pool.counts['low_difficulty']}  duplicate {pool.counts['duplicate']}",
            flush=True,
        )
        os.kill(chance.choice(workers(pid)), signal.SIGKILL)
        if step % 3 == 0:
            pool.drop_connections()
    return first, (resident_kib(pid), descriptors(pid))


async def main() -> int:
    """Run, and return the exit code."""
    options = PracticeOptions(algorithm="sha256d", misbehave={"job-flood": "100", "ping": "1"}, block_seconds=7)
    async with PracticePool(options) as pool:
        miner = await asyncio.create_subprocess_exec(
            PITHEAD, "-a", "sha256d", "-o", pool.url, "-u", "soak", "--cpu-devices", str(DEVICES), "-q", "-R", "1",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            first, last = await watch(miner.pid, pool)
        finally:
            miner.terminate()
            code = await miner.wait()
        wrong = pool.counts["low_difficulty"] + pool.counts["duplicate"]
        accepted = pool.counts["accepted"]
    if first is None:
        print(f"too short: SOAK_SECONDS must be at least {WARM_STEPS * STEP_SECONDS}")
        return 1
    flat = last[0] - first[0] < GROWTH_KIB and last[1] - first[1] <= DEVICES
    print(
        f"memory {first[0]} -> {last[0]} KiB, descriptors {first[1]} -> {last[1]}, exit code {code}, wrong shares {wrong}, "
        f"accepted {accepted}"
    )
    return 0 if flat and code == 0 and wrong == 0 and accepted else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
