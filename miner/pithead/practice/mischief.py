"""Misbehaviour that acts of its own accord, as against misbehaviour in answering, which `session` sees to.

Each act runs as a task of one session, from its login (or from when it is switched on) until the session ends or it is
switched off.
"""

import asyncio
from collections.abc import Awaitable, Callable

from pithead.practice.chain import Template
from pithead.practice.nonsense import ESCAPE_CODES, GARBAGE
from pithead.practice.session import Session

FLOOD_TICK_SECONDS = 0.01

Act = Callable[[Session, str, Callable[[], Template]], Awaitable[None]]
"""(session, the misbehaviour's value, a maker of further templates on the same block)"""


async def _drop(session: Session, value: str, job: Callable[[], Template]) -> None:
    if value.endswith("s"):  # a number of shares is the session's to count
        await asyncio.sleep(float(value[:-1]))
        session.close("dropped on request")


async def _job_flood(session: Session, value: str, job: Callable[[], Template]) -> None:
    loop = asyncio.get_running_loop()
    started, sent = loop.time(), 0
    while True:
        due = int((loop.time() - started) * int(value))
        for _ in range(due - sent):
            session.issue(job(), clean=False)
        sent = due
        await session.drain()
        await asyncio.sleep(FLOOD_TICK_SECONDS)


async def _garbage(session: Session, value: str, job: Callable[[], Template]) -> None:
    sent = 0
    while True:
        session.send_bytes(GARBAGE[sent % len(GARBAGE)])
        sent += 1
        await session.drain()
        await asyncio.sleep(1 / max(int(value), 1))


async def _giant_line(session: Session, value: str, job: Callable[[], Template]) -> None:
    piece = b"a" * 65536
    session.send_bytes(b'{"id":null,"method":"client.show_message","params":["')
    for _ in range(int(value) // len(piece)):
        session.send_bytes(piece)
        await session.drain()
    session.send_bytes(piece[: int(value) % len(piece)] + b'"]}\n')


async def _escape_codes(session: Session, value: str, job: Callable[[], Template]) -> None:
    session.call("client.show_message", [ESCAPE_CODES])


async def _reconnect(session: Session, value: str, job: Callable[[], Template]) -> None:
    host, _, port = value.rpartition(":")
    session.call("client.reconnect", [host, int(port), 0] if host or int(port) else [])


async def _unknown_method(session: Session, value: str, job: Callable[[], Template]) -> None:
    session.ask("mining.practice_makes_perfect", [])


async def _ping(session: Session, value: str, job: Callable[[], Template]) -> None:
    while True:
        session.ask("mining.ping", [])
        await asyncio.sleep(max(float(value), FLOOD_TICK_SECONDS))


ACTS: dict[str, Act] = {
    "drop": _drop,
    "job-flood": _job_flood,
    "garbage": _garbage,
    "giant-line": _giant_line,
    "escape-codes": _escape_codes,
    "reconnect": _reconnect,
    "unknown-method": _unknown_method,
    "ping": _ping,
}
