"""What pithead-pool does wrong on request, seen on the wire."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pithead.errors import SettingsError
from pithead.practice import PracticeOptions, PracticePool
from pithead.practice.conduct import MISBEHAVIOURS, read_misbehaviour

SHARE = ("mining.submit", "w", "1", "00000000", "00000000", "00000000")


class Wire:
    """Lines to and from the pool."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, id_: int, method: str, *params: object) -> None:
        self.writer.write(json.dumps({"id": id_, "method": method, "params": params}).encode() + b"\n")

    def log_in(self) -> None:
        self.say(1, "mining.subscribe", "probe")
        self.say(2, "mining.authorize", "w", "x")

    async def line(self) -> bytes:
        return await asyncio.wait_for(self.reader.readline(), 10)

    async def until(self, key: str, value: object) -> dict:
        """Read until a message has this value under this key, and return it; lines that are no object are passed over."""
        while line := await self.line():
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(message, dict) and message.get(key) == value:
                return message
        raise ConnectionError(f"closed before {key}={value}")

    async def ended(self) -> bool:
        return await asyncio.wait_for(self.reader.read(), 10) is not None


@asynccontextmanager
async def wire(misbehave: str, **options: object) -> AsyncIterator[tuple[PracticePool, Wire]]:
    wanted = PracticeOptions(
        **{"algorithm": "sha256d", "difficulty": 1e-9, "misbehave": read_misbehaviour(misbehave)} | options
    )
    async with PracticePool(wanted) as pool:
        reader, writer = await asyncio.open_connection("127.0.0.1", pool.port, limit=2**25)
        try:
            yield pool, Wire(reader, writer)
        finally:
            writer.close()


async def test_hang_up_closes_the_connection_at_once() -> None:
    async with wire("hang-up") as (_, it):
        assert await it.line() == b""


async def test_silence_answers_nothing() -> None:
    async with wire("silence") as (_, it):
        it.log_in()
        it.writer.write_eof()
        assert await it.line() == b""


async def test_silence_about_shares_still_answers_the_login() -> None:
    async with wire("silence=shares") as (_, it):
        it.log_in()
        await it.until("id", 2)
        it.say(3, *SHARE)
        it.say(4, "mining.ping")
        assert (await it.until("id", 4))["result"] == "pong"
        it.writer.write_eof()
        assert await it.line() == b""


async def test_refuse_login_answers_error_24() -> None:
    async with wire("refuse-login") as (_, it):
        it.log_in()
        assert (await it.until("id", 2))["error"][0] == 24


async def test_late_login_reply_sends_the_job_first() -> None:
    async with wire("late-login-reply=0.01") as (_, it):
        it.log_in()
        await it.until("method", "mining.notify")
        assert (await it.until("id", 2))["result"] is True


async def test_drop_closes_after_so_many_shares() -> None:
    async with wire("drop=2") as (pool, it):
        it.log_in()
        it.say(3, *SHARE)
        it.say(4, *SHARE)
        await it.until("id", 4)
        assert await it.ended()
        assert pool.counts["share"] == 2


async def test_drop_closes_after_so_many_seconds() -> None:
    async with wire("drop=0.05s") as (_, it):
        it.log_in()
        await it.until("method", "mining.notify")
        assert await it.ended()


@pytest.mark.parametrize(("value", "id_"), [("one", 1), ("null", None), ("method", "mining.submit"), ("999", 999)])
async def test_wrong_ids_answers_with_another_id(value: str, id_: object) -> None:
    async with wire(f"wrong-ids={value}") as (_, it):
        it.say(7, *SHARE)
        message = json.loads(await it.line())
        assert message["id"] == id_


async def test_stale_flood_makes_every_share_stale() -> None:
    async with wire("stale-flood") as (_, it):
        it.log_in()
        job = (await it.until("method", "mining.notify"))["params"]
        it.say(3, "mining.submit", "w", job[0], "00000000", job[7], "00000000")
        assert (await it.until("id", 3))["error"][0] == 21


async def test_reject_refuses_a_good_share_with_the_code() -> None:
    async with wire("reject=29", difficulty=1e-12) as (_, it):
        it.log_in()
        job = (await it.until("method", "mining.notify"))["params"]
        it.say(3, "mining.submit", "w", job[0], "00000000", job[7], "00000000")
        assert (await it.until("id", 3))["error"][0] == 29


async def test_slow_answers_late() -> None:
    async with wire("slow=0.05") as (pool, it):
        it.log_in()
        it.say(3, *SHARE)
        await it.until("id", 3)
        assert (await pool.wait_for("share"))[0]["latency_seconds"] >= 0.05


async def test_job_flood_sends_jobs_that_all_differ() -> None:
    async with wire("job-flood=1000") as (_, it):
        it.log_in()
        jobs = [(await it.until("method", "mining.notify"))["params"] for _ in range(50)]
        assert len({job[0] for job in jobs}) == len({job[3] for job in jobs[1:]}) + 1 == 50


async def test_garbage_is_not_json_or_no_message() -> None:
    async with wire("garbage=1000") as (_, it):
        it.log_in()
        await it.until("method", "mining.notify")
        with pytest.raises(ValueError):
            json.loads(await it.line())


async def test_giant_line_has_the_length_asked_for() -> None:
    async with wire("giant-line=1000000") as (_, it):
        it.log_in()
        await it.until("method", "mining.notify")
        assert 1_000_000 <= len(await it.line()) < 1_000_100


async def test_huge_extranonce_is_stated_in_the_subscription() -> None:
    async with wire("huge-extranonce") as (_, it):
        it.log_in()
        assert (await it.until("id", 1))["result"][2] == 10**9


async def test_tiny_extranonce_leaves_one_byte() -> None:
    async with wire("tiny-extranonce") as (_, it):
        it.log_in()
        assert (await it.until("id", 1))["result"][2] == 1


async def test_change_extranonce_comes_before_every_job_for_who_asked_for_it() -> None:
    async with wire("change-extranonce") as (_, it):
        it.say(1, "mining.subscribe", "probe")
        it.say(2, "mining.extranonce.subscribe")
        it.say(3, "mining.authorize", "w", "x")
        first = (await it.until("id", 1))["result"][1]
        assert (await it.until("method", "mining.set_extranonce"))["params"][0] != first


async def test_escape_codes_reach_the_message_as_they_are() -> None:
    async with wire("escape-codes") as (_, it):
        it.log_in()
        assert "\x1b[2J" in (await it.until("method", "client.show_message"))["params"][0]


async def test_reconnect_names_the_place() -> None:
    async with wire("reconnect=evil.example:3333") as (_, it):
        it.log_in()
        assert (await it.until("method", "client.reconnect"))["params"] == ["evil.example", 3333, 0]


async def test_difficulty_jump_multiplies_every_second_job() -> None:
    async with wire("difficulty-jump=8") as (pool, it):
        it.log_in()
        await it.until("method", "mining.notify")
        pool.new_job()
        assert (await it.until("method", "mining.set_difficulty"))["params"] == [8e-9]


async def test_bad_difficulty_comes_before_the_job() -> None:
    async with wire("bad-difficulty") as (_, it):
        it.log_in()
        await it.until("method", "mining.set_difficulty")
        assert (await it.until("method", "mining.set_difficulty"))["params"] == [0]


async def test_bad_notify_comes_before_the_job() -> None:
    async with wire("bad-notify") as (_, it):
        it.log_in()
        assert len((await it.until("method", "mining.notify"))["params"]) == 8


async def test_ping_records_the_answer() -> None:
    async with wire("ping=0.01") as (pool, it):
        it.log_in()
        id_ = (await it.until("method", "mining.ping"))["id"]
        it.writer.write(json.dumps({"id": id_, "result": "pong", "error": None}).encode() + b"\n")
        assert (await pool.wait_for("answered", method="mining.ping"))[0]["result"] == "pong"


async def test_unknown_method_records_the_error_that_it_is_answered_with() -> None:
    async with wire("unknown-method") as (pool, it):
        it.log_in()
        id_ = (await it.until("method", "mining.practice_makes_perfect"))["id"]
        it.writer.write(json.dumps({"id": id_, "result": None, "error": [38, "no", None]}).encode() + b"\n")
        assert (await pool.wait_for("answered"))[0]["error"] == [38, "no", None]


async def test_misbehaviour_can_begin_and_end_while_the_pool_runs() -> None:
    async with wire("") as (pool, it):
        it.log_in()
        await it.until("id", 2)
        pool.misbehave("ping=0.01")
        await it.until("method", "mining.ping")
        pool.behave()
        it.say(3, "mining.ping")
        await it.until("id", 3)
        pool.misbehave("silence")
        it.say(4, "mining.ping")
        it.writer.write_eof()
        with pytest.raises(ConnectionError):
            await it.until("id", 4)


async def test_a_client_that_reads_nothing_of_a_flood_is_closed_before_the_pool_grows() -> None:
    async with wire("") as (pool, it):
        it.log_in()
        await it.until("method", "mining.notify")
        it.writer.transport.pause_reading()
        for _ in range(20_000):
            pool.new_job()
        assert "does not read" in str((await pool.wait_for("disconnected"))[0]["reason"])


@pytest.mark.parametrize("name", [name for name, each in MISBEHAVIOURS.items() if each.value])
def test_the_default_of_every_misbehaviour_is_a_value_that_it_takes(name: str) -> None:
    assert read_misbehaviour(f"{name}={MISBEHAVIOURS[name].default}") == read_misbehaviour(name)


def test_an_unknown_misbehaviour_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="did you mean 'job-flood'"):
        read_misbehaviour("jobflood=5")


def test_a_misbehaviour_with_a_wrong_value_is_answered_with_its_form() -> None:
    with pytest.raises(SettingsError, match="ping=SECONDS"):
        read_misbehaviour("ping=often")
