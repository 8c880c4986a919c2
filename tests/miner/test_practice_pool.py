"""pithead-pool as a miner sees it: a real socket, shares mined here by hashlib at a difficulty of a few hashes."""

import asyncio
import hashlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme

from pithead.errors import SettingsError
from pithead.practice import PracticeOptions, PracticePool

EASY = 4e-9
"""A share in some 17 hashes."""


def sha256d(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


class Client:
    """A miner of 60 lines: reads and writes lines, builds headers in its own way, mines with hashlib."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.notices: list[dict] = []
        self.asked = 0

    async def read(self) -> dict:
        line = await asyncio.wait_for(self.reader.readline(), 10)
        if not line:
            raise ConnectionError("closed by the pool")
        return json.loads(line)

    async def ask(self, method: str, *params: object) -> dict:
        self.asked += 1
        self.writer.write(json.dumps({"id": self.asked, "method": method, "params": params}).encode() + b"\n")
        while True:
            message = await self.read()
            if message.get("id") == self.asked:
                return message
            self.notices.append(message)

    async def hear(self, method: str) -> list:
        """Take the newest notification of a method, waiting for one where there is none."""
        while not any(each.get("method") == method for each in self.notices):
            self.notices.append(await self.read())
        found = [each for each in self.notices if each.get("method") == method]
        self.notices = [each for each in self.notices if each.get("method") != method]
        return found[-1]["params"]

    async def log_in(self, mask: str | None = None) -> None:
        if mask:
            details = {"version-rolling.mask": mask, "version-rolling.min-bit-count": 2}
            self.configured = (await self.ask("mining.configure", ["version-rolling"], details))["result"]
        _, self.extranonce1, self.extranonce2_bytes = (await self.ask("mining.subscribe", "probe/1"))["result"]
        assert (await self.ask("mining.authorize", "wallet.rig", "x"))["result"] is True
        self.job = await self.hear("mining.notify")

    def header(self, extranonce2: str, nonce: int, time: str = "", bits: int | None = None, mask: int = 0) -> bytes:
        _, previous, before, after, branch, version, nbits, ntime, _ = self.job
        root = sha256d(bytes.fromhex(before + self.extranonce1 + extranonce2 + after))
        for node in branch:
            root = sha256d(root + bytes.fromhex(node))
        rolled = int(version, 16) & ~mask | (bits or 0)
        swapped = b"".join(bytes.fromhex(previous)[i : i + 4][::-1] for i in range(0, 32, 4))
        tail = b"".join(int(word, 16).to_bytes(4, "little") for word in (time or ntime, nbits))
        return rolled.to_bytes(4, "little") + swapped + root + tail + nonce.to_bytes(4, "little")

    def mine(self, difficulty: float = EASY, *, hard: bool = False, **rolled: int) -> list[str]:
        """Return the parameters of a share, or (`hard`) of a header that misses the difficulty."""
        extranonce2 = "00" * self.extranonce2_bytes
        target = int((0xFFFF << 208) / difficulty)
        nonce = next(
            nonce
            for nonce in range(2**20)
            if (int.from_bytes(sha256d(self.header(extranonce2, nonce, **rolled)), "little") > target) is hard
        )
        return ["wallet.rig", self.job[0], extranonce2, self.job[7], f"{nonce:08x}"]


@asynccontextmanager
async def pool_and_client(
    misbehave: dict[str, str] | None = None, **options: object
) -> AsyncIterator[tuple[PracticePool, Client]]:
    options = {"algorithm": "sha256d", "difficulty": EASY, "misbehave": misbehave or {}} | options
    async with PracticePool(PracticeOptions(**options)) as pool:
        reader, writer = await asyncio.open_connection("127.0.0.1", pool.port, limit=2**25)
        try:
            yield pool, Client(reader, writer)
        finally:
            writer.close()


async def test_a_share_that_meets_the_difficulty_is_accepted_and_counted() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        assert (await client.ask("mining.submit", *client.mine()))["result"] is True
        (share,) = await pool.wait_for("share", accepted=True)
        assert (share["worker"], share["difficulty"], pool.counts["accepted"]) == ("wallet.rig", EASY, 1)


async def test_the_hash_of_an_accepted_share_is_reported_in_display_order() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        params = client.mine()
        await client.ask("mining.submit", *params)
        (share,) = await pool.wait_for("share")
        assert share["hash"] == sha256d(client.header(params[2], int(params[4], 16)))[::-1].hex()


async def test_a_share_below_the_difficulty_is_refused_with_error_23() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        assert (await client.ask("mining.submit", *client.mine(hard=True)))["error"][0] == 23
        assert pool.counts["low_difficulty"] == 1


async def test_a_share_sent_twice_is_refused_with_error_22() -> None:
    async with pool_and_client() as (_, client):
        await client.log_in()
        params = client.mine()
        await client.ask("mining.submit", *params)
        assert (await client.ask("mining.submit", *params))["error"][0] == 22


async def test_a_share_of_an_earlier_block_is_refused_with_error_21() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        params = client.mine()
        pool.new_block()
        assert (await client.ask("mining.submit", *params))["error"][0] == 21
        assert pool.counts["stale"] == 1


async def test_a_share_of_an_earlier_job_of_the_same_block_is_accepted() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        params = client.mine()
        pool.new_job()
        assert (await client.ask("mining.submit", *params))["result"] is True


async def test_a_submission_before_login_is_refused_with_error_24() -> None:
    async with pool_and_client() as (_, client):
        assert (await client.ask("mining.submit", "wallet.rig", "1", "0", "0", "0"))["error"][0] == 24


async def test_a_login_before_the_subscription_is_refused_with_error_25() -> None:
    async with pool_and_client() as (_, client):
        assert (await client.ask("mining.authorize", "wallet.rig", "x"))["error"][0] == 25


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (0, "stranger", "unauthorized"),
        (2, "00", "extranonce2"),
        (2, "zz" * 4, "hexadecimal"),
        (3, "00000001", "ntime"),
        (3, "ffffffff", "ntime"),
        (4, "1", "nonce"),
        (4, 5, "string"),
    ],
)
async def test_a_submission_with_a_wrong_field_is_refused_with_its_reason(
    at: int, value: object, reason: str
) -> None:
    async with pool_and_client() as (_, client):
        await client.log_in()
        params: list[object] = [*client.mine()]
        params[at] = value
        assert reason in (await client.ask("mining.submit", *params))["error"][1]


async def test_a_share_with_rolled_version_bits_is_accepted_once_negotiated() -> None:
    async with pool_and_client() as (_, client):
        await client.log_in(mask="00ffe000")
        assert client.configured == {"version-rolling": True, "version-rolling.mask": "00ffe000"}
        params = client.mine(bits=0x00402000, mask=0x00FFE000)
        assert (await client.ask("mining.submit", *params, "00402000"))["result"] is True


async def test_version_bits_outside_the_mask_are_refused() -> None:
    async with pool_and_client() as (_, client):
        await client.log_in(mask="00ffe000")
        assert "mask" in (await client.ask("mining.submit", *client.mine(), "00001000"))["error"][1]


async def test_version_bits_that_were_not_negotiated_are_refused() -> None:
    async with pool_and_client() as (_, client):
        await client.log_in()
        assert "negotiated" in (await client.ask("mining.submit", *client.mine(), "00002000"))["error"][1]


async def test_a_new_difficulty_applies_to_the_next_job_and_not_to_the_one_before() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        before = client.mine()
        pool.set_difficulty(1e6)
        assert (await client.ask("mining.submit", *before))["result"] is True
        pool.new_job()
        client.job = await client.hear("mining.notify")
        assert (await client.ask("mining.submit", *client.mine()))["error"][0] == 23


async def test_a_share_that_meets_the_network_target_makes_a_block_and_a_clean_job() -> None:
    async with pool_and_client(network_difficulty=EASY) as (pool, client):
        await client.log_in()
        params = client.mine(difficulty=2 * EASY)
        await client.ask("mining.submit", *params)
        assert (await pool.wait_for("block"))[0]["worker"] == "wallet.rig"
        assert (await client.hear("mining.notify"))[8] is True


async def test_without_a_fixed_difficulty_many_quick_shares_raise_it() -> None:
    async with pool_and_client(difficulty=None) as (pool, client):
        await client.log_in()
        pool.set_difficulty(EASY)
        for _ in range(6):
            pool.new_job()
            client.job = await client.hear("mining.notify")
            assert (await client.ask("mining.submit", *client.mine()))["result"] is True
        while (await client.hear("mining.set_difficulty"))[0] <= EASY:
            pass


async def test_x16r_difficulty_counts_in_units_of_a_256th() -> None:
    pool = PracticePool(PracticeOptions(algorithm="x16r"))
    assert pool.first_difficulty == 2**18 * 256 / 2**32


async def test_every_connection_gets_an_extranonce_of_its_own() -> None:
    async with pool_and_client() as (pool, one):
        await one.log_in()
        two = Client(*await asyncio.open_connection("127.0.0.1", pool.port))
        await two.log_in()
        two.writer.close()
        assert one.extranonce1 != two.extranonce1


async def test_previous_hashes_differ_from_block_to_block_where_x16r_takes_its_order_from() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        orders = set()
        for _ in range(4):
            pool.new_block()
            orders.add((await client.hear("mining.notify"))[1][:16])
        assert len(orders) == 4


async def test_the_coinbase_holds_the_height_as_bip34_has_it() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        pool.new_block()
        script = bytes.fromhex((await client.hear("mining.notify"))[2])[42:]
        (job,) = await pool.wait_for("job")
        assert int.from_bytes(script[1 : 1 + script[0]], "little") == job["height"]


async def test_a_line_that_is_not_json_ends_the_connection() -> None:
    async with pool_and_client() as (pool, client):
        client.writer.write(b"GET / HTTP/1.1\r\n")
        assert "JSON" in str((await pool.wait_for("disconnected"))[0]["reason"])


async def test_a_line_without_end_ends_the_connection() -> None:
    async with pool_and_client() as (pool, client):
        client.writer.write(b"x" * 40_000)
        assert "bytes" in str((await pool.wait_for("disconnected"))[0]["reason"])


async def test_an_unknown_method_is_answered_with_an_error() -> None:
    async with pool_and_client() as (_, client):
        assert (await client.ask("mining.nonsense"))["error"][1] == "Method not found"


async def test_connections_above_the_limit_are_closed() -> None:
    async with pool_and_client(max_connections=1) as (pool, _):
        await pool.wait_for("connected")
        reader, writer = await asyncio.open_connection("127.0.0.1", pool.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_it_speaks_tls_with_a_certificate_that_it_is_given(tmp_path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("wrong.example")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    options = PracticeOptions(algorithm="sha256d", tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")
    async with PracticePool(options) as pool:
        assert pool.url.startswith("stratum+ssl://")
        streams = await asyncio.open_connection("127.0.0.1", pool.port, ssl=context, server_hostname="wrong.example")
        client = Client(*streams)
        await client.log_in()
        client.writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", pool.port, ssl=context, server_hostname="localhost")


async def test_waiting_in_vain_says_what_came_instead() -> None:
    async with pool_and_client() as (pool, client):
        await client.log_in()
        with pytest.raises(TimeoutError, match="'authorized': 1"):
            await pool.wait_for("share", timeout_seconds=0.01)


def test_an_unknown_algorithm_is_named_in_the_error() -> None:
    with pytest.raises(SettingsError, match="sha256x"):
        PracticePool(PracticeOptions(algorithm="sha256x"))


async def test_an_address_in_use_is_named_in_the_error() -> None:
    async with pool_and_client() as (pool, _):
        with pytest.raises(SettingsError, match=str(pool.port)):
            await PracticePool(PracticeOptions(algorithm="sha256d", port=pool.port)).start()
