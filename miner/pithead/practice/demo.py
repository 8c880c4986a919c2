"""`make demo`: the main job on this machine alone. A practice pool, a miner on it, and what happens in plain words."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence

SHARES_ONCE = 3
LIMIT_SECONDS = 60.0
STOP_SECONDS = 10.0
WALLET = "demo-wallet-that-earns-nothing"


class DemoError(Exception):
    """The demo could not do what it shows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo until Ctrl-C, or with --once until the first accepted shares; returns the exit code."""
    parser = argparse.ArgumentParser(prog="demo", description="Mines on a practice pool on this machine.")
    parser.add_argument("--once", action="store_true", help=f"end after {SHARES_ONCE} accepted shares")
    parser.add_argument("--algo", default="x16r", help="algorithm to mine (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        return asyncio.run(_Demo(options.algo, once=options.once).run())
    except KeyboardInterrupt:
        return 0
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


class _Demo:
    def __init__(self, algorithm: str, *, once: bool) -> None:
        self._algorithm = algorithm
        self._once = once
        self._children: list[Process] = []

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        story = asyncio.ensure_future(self._tell())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, story.cancel)
        try:
            await story
        except asyncio.CancelledError:
            print("demo: stopping")
        finally:
            await self._stop()
        return 0

    async def _tell(self) -> None:
        print(f"demo: starting a practice pool for {self._algorithm} and a miner on it; Ctrl-C ends both", flush=True)
        pool = await self._start(
            "pithead.practice.cli", "--algo", self._algorithm, "--listen", "127.0.0.1:0", "--json"
        )
        events = _events(pool)
        port = await self._port(events)
        url = f"stratum+tcp://127.0.0.1:{port}"
        miner = await self._start("pithead.cli", "-a", self._algorithm, "-o", url, "-u", WALLET, "-w", "demo")
        started = time.monotonic()
        watching = [asyncio.ensure_future(self._count(events, started)), asyncio.ensure_future(_echo(miner))]
        try:
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in watching:
                task.cancel()

    async def _port(self, events: AsyncIterator[dict[str, object]]) -> int:
        async for event in events:
            if event["event"] == "listening":
                return int(str(event["port"]))
        raise DemoError("the practice pool ended before it listened")

    async def _count(self, events: AsyncIterator[dict[str, object]], started: float) -> None:
        """Follow the pool's own count of accepted shares: the miner's word alone would prove nothing."""
        accepted = 0
        try:
            async with asyncio.timeout(LIMIT_SECONDS if self._once else None):
                async for event in events:
                    if event["event"] == "share" and event["accepted"]:
                        accepted += 1
                        print(f"demo: the pool has accepted share {accepted}", flush=True)
                    if self._once and accepted == SHARES_ONCE:
                        seconds = time.monotonic() - started
                        print(f"demo: {accepted} shares accepted within {seconds:.1f} s of the miner's start; done")
                        return
        except TimeoutError:
            raise DemoError(
                f"only {accepted} of {SHARES_ONCE} shares were accepted in {LIMIT_SECONDS:.0f} s"
            ) from None
        raise DemoError("the practice pool ended early")

    async def _start(self, module: str, *arguments: str) -> Process:
        # A group of its own: Ctrl-C reaches the demo alone, which then ends its children in order.
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments,
            stdout=PIPE, start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self._children.append(child)
        return child

    async def _stop(self) -> None:
        for child in reversed(self._children):
            if child.returncode is None:
                child.terminate()
            try:
                await asyncio.wait_for(child.communicate(), STOP_SECONDS)
            except TimeoutError:
                child.kill()
                await child.wait()


async def _events(pool: Process) -> AsyncIterator[dict[str, object]]:
    assert pool.stdout is not None
    async for line in pool.stdout:
        yield json.loads(line)


async def _echo(miner: Process) -> None:
    """Pass on the miner's own words until it ends, which in a demo is a failure."""
    assert miner.stdout is not None
    async for line in miner.stdout:
        print("miner:", line.decode(errors="replace").rstrip(), flush=True)
    raise DemoError(f"the miner ended early, with exit code {await miner.wait()}")


if __name__ == "__main__":
    sys.exit(main())
