"""One connection to the practice pool: the Bitcoin dialect of stratum from the pool's side.

Messages and their order are those of stratum as pools speak it (slush's stratum, BIP 310 for mining.configure). The
pool's own additions to a session, misbehaviour above all, go through its public methods.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from pithead.practice.chain import Template, target_of
from pithead.practice.house import House
from pithead.practice.judge import Issued, Refusal, Ruling, rule
from pithead.practice.nonsense import ESCAPE_CODES, before_job
from pithead.practice.vardiff import Vardiff

KEPT_JOBS = 4096
"""Jobs of one block that a connection may still submit to: four seconds of the worst flood we send ourselves."""

WORKERS_MAX = 64
"""Names that one connection may log in with."""

UNREAD_BYTES_MAX = 8 * 1024 * 1024
"""A client that leaves this much unread is closed."""


class Session:
    """One connection, from its first line to its last."""

    def __init__(
        self,
        house: House,
        serial: int,
        extranonce1: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        logged_in: Callable[["Session"], None],
    ) -> None:
        self._house = house
        self.serial = serial
        self._extranonce1 = extranonce1
        self._extranonce2_bytes = house.options.extranonce2_bytes
        self._reader = reader
        self._writer = writer
        self._logged_in = logged_in
        self._workers: set[str] = set()
        self._subscribed = False
        self._extranonce_subscribed = False
        self._version_mask: int | None = None
        self._vardiff = Vardiff(house.options.share_seconds, house.first_difficulty(), house.now())
        self._jobs: OrderedDict[str, Issued] = OrderedDict()
        self._job_serial = 0
        self._jump = 1.0
        """What `difficulty-jump` multiplies the difficulty by now."""
        self._closed_because = ""
        self.shares = 0
        self.accepted = 0
        self.begun = False
        """Difficulty and a first job were sent."""
        self.awaited: dict[object, tuple[str, float]] = {}
        """Requests of the pool's own that the client has not answered: id -> method, when."""

    @property
    def difficulty(self) -> float:
        """The difficulty that its next job will have."""
        return self._vardiff.difficulty * self._jump

    @property
    def worker(self) -> str:
        """One of the names it has logged in with; empty before."""
        return min(self._workers, default="")

    async def run(self) -> None:
        """Serve the connection until it ends."""
        house, started = self._house, self._house.now()
        peer = self._writer.get_extra_info("peername") or ("?", 0)
        self.record("connected", peer=f"{peer[0]}:{peer[1]}")
        try:
            reason = "hang-up" if "hang-up" in house.conduct else await self._serve()
        except (ConnectionError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
        finally:
            self._writer.close()
        self.record(
            "disconnected",
            worker=self.worker,
            reason=self._closed_because or reason,
            seconds=round(house.now() - started, 3),
            accepted=self.accepted,
            refused=self.shares - self.accepted,
        )

    async def _serve(self) -> str:
        while True:
            try:
                async with asyncio.timeout(self._house.options.idle_seconds):
                    line = await self._reader.readline()
            except ValueError:  # asyncio's word for a line above the limit
                return f"a line of more than {self._house.options.max_line_bytes} bytes"
            if not line.endswith(b"\n"):
                return "closed by the client"
            if self._house.conduct.value("silence") == "all":
                continue
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                return "a line that is not JSON"
            if not isinstance(message, dict):
                return "a line that is no JSON object"
            await self._receive(message)
            if self._closed_because:
                return self._closed_because

    # ── What the client says ─────────────────────────────────────────────────────────────────────────────────────

    async def _receive(self, message: dict[str, object]) -> None:
        method, id_ = message.get("method"), message.get("id")
        if not isinstance(method, str):
            self._answered(id_, message)
            return
        params = message.get("params")
        answers: dict[str, Callable[[list[object]], Awaitable[object]]] = {
            "mining.configure": self._configure,
            "mining.subscribe": self._subscribe,
            "mining.authorize": self._authorize,
            "mining.extranonce.subscribe": self._subscribe_extranonce,
            "mining.suggest_difficulty": self._suggest_difficulty,
            "mining.submit": self._submit,
            "mining.ping": self._pong,
        }
        try:
            if method not in answers:
                raise Refusal(20, "Method not found")
            result = await answers[method](params if isinstance(params, list) else [])
        except Refusal as refusal:
            self._reply(id_, method, None, [refusal.code, refusal.reason, None])
        else:
            self._reply(id_, method, result, None)
        drop = self._house.conduct.value("drop")
        if drop.isdecimal() and self.shares >= int(drop):
            self.close("dropped on request")
        if method == "mining.authorize" and self._workers:
            self._begin()

    def _answered(self, id_: object, message: dict[str, object]) -> None:
        request = self.awaited.pop(id_, None) if isinstance(id_, int | str) else None
        if request:
            method, asked = request
            seconds = round(self._house.now() - asked, 6)
            answer = {"result": message.get("result"), "error": message.get("error")}
            self.record("answered", method=method, latency_seconds=seconds, **answer)

    async def _configure(self, params: list[object]) -> object:
        wanted = params[0] if params and isinstance(params[0], list) else []
        details = params[1] if len(params) > 1 and isinstance(params[1], dict) else {}
        reply: dict[str, object] = {str(name): False for name in wanted[:16]}
        ours = self._house.options.version_mask
        if "version-rolling" in reply and ours:
            try:
                theirs = int(str(details.get("version-rolling.mask", "ffffffff")), 16)
            except ValueError:
                raise Refusal(20, "version-rolling.mask is not hexadecimal") from None
            self._version_mask = ours & theirs
            reply["version-rolling"] = True
            reply["version-rolling.mask"] = f"{self._version_mask:08x}"
        if "subscribe-extranonce" in reply:
            reply["subscribe-extranonce"] = self._extranonce_subscribed = True
        self.record("configured", **reply)
        return reply

    async def _subscribe(self, params: list[object]) -> object:
        self._subscribed = True
        if "huge-extranonce" in self._house.conduct:
            self._extranonce2_bytes = int(self._house.conduct.number("huge-extranonce"))
        elif "tiny-extranonce" in self._house.conduct:
            self._extranonce2_bytes = 1
        agent = str(params[0])[:200] if params else ""
        extranonce1 = self._extranonce1.hex()
        self.record("subscribed", agent=agent, extranonce1=extranonce1, extranonce2_bytes=self._extranonce2_bytes)
        name = f"{self.serial:08x}"
        return [[["mining.set_difficulty", name], ["mining.notify", name]], extranonce1, self._extranonce2_bytes]

    async def _authorize(self, params: list[object]) -> object:
        if not self._subscribed:
            raise Refusal(25, "not subscribed")
        worker = str(params[0])[:200] if params else ""
        if "refuse-login" in self._house.conduct or not worker or len(self._workers) >= WORKERS_MAX:
            self.record("refused", worker=worker)
            raise Refusal(24, self._spoken("unauthorized worker"))
        if "late-login-reply" in self._house.conduct:
            self._begin()
            await asyncio.sleep(self._house.conduct.number("late-login-reply"))
        self._workers.add(worker)
        self.record("authorized", worker=worker)
        return True

    async def _subscribe_extranonce(self, params: list[object]) -> object:
        self._extranonce_subscribed = True
        return True

    async def _suggest_difficulty(self, params: list[object]) -> object:
        wanted = params[0] if params else None
        if self._house.options.difficulty is None and isinstance(wanted, int | float) and 0 < wanted < 1e15:
            self.set_difficulty(float(wanted))
        return True

    async def _pong(self, params: list[object]) -> object:
        return "pong"

    # ── Shares ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _submit(self, params: list[object]) -> object:
        house, asked = self._house, self._house.now()
        self.shares += 1
        if "stale-flood" in house.conduct:
            house.new_block()
        ruling = await rule(params, self._workers, self._jobs, self._version_mask, house, asked)
        if "slow" in house.conduct:
            await asyncio.sleep(house.conduct.number("slow"))
        self._record_share(params, ruling, house.now() - asked)
        if ruling.refusal:
            raise Refusal(ruling.refusal.code, self._spoken(ruling.refusal.reason))
        self._accepted(ruling)
        return True

    def _record_share(self, params: list[object], ruling: Ruling, seconds: float) -> None:
        job, refusal = ruling.job, ruling.refusal
        self.record(
            "share",
            accepted=refusal is None,
            worker=str(params[0])[:200] if params else "",
            job=str(params[1])[:64] if len(params) > 1 else "",
            difficulty=job.difficulty if job else None,
            share_difficulty=ruling.difficulty,
            hash=f"{ruling.hash:064x}" if ruling.hash is not None else None,
            code=refusal.code if refusal else None,
            reason=refusal.reason if refusal else None,
            latency_seconds=round(seconds, 6),
        )

    def _accepted(self, ruling: Ruling) -> None:
        house, job = self._house, ruling.job
        assert job is not None
        assert ruling.hash is not None
        self.accepted += 1
        house.ledger.count_work(job.difficulty, ruling.difficulty or 0)
        if ruling.hash <= job.template.network_target:
            self.record("block", worker=self.worker, height=job.template.height, hash=f"{ruling.hash:064x}")
            house.new_block()
        if house.options.difficulty is None:
            self._follow(self._vardiff.share(job.difficulty, house.now()))

    # ── What the pool says ───────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        if self.begun:
            return
        self.begun = True
        self.set_difficulty(self._vardiff.difficulty)
        self.issue(self._house.current(), clean=True)
        self._logged_in(self)

    def set_difficulty(self, difficulty: float) -> None:
        """State a difficulty; it applies to the jobs issued from now on."""
        self._vardiff.difficulty = difficulty
        self.record("difficulty", difficulty=self.difficulty)
        self.call("mining.set_difficulty", [self.difficulty])

    def idle(self) -> None:
        """Make shares easier where they have become too rare."""
        if self._house.options.difficulty is None:
            self._follow(self._vardiff.idle(self._house.now()))

    def _follow(self, difficulty: float | None) -> None:
        if difficulty is not None and not self._closed_because:
            self.set_difficulty(difficulty)
            self.issue(self._house.current(), clean=False)

    def issue(self, template: Template, *, clean: bool) -> None:
        """Send a job; a clean one makes those before it stale."""
        self._job_serial += 1
        for line in before_job(self._house.conduct):
            self.send_bytes(line)
        if "difficulty-jump" in self._house.conduct:
            self._jump = self._house.conduct.number("difficulty-jump") if self._job_serial % 2 == 0 else 1.0
            self.call("mining.set_difficulty", [self.difficulty])
        if "change-extranonce" in self._house.conduct and self._extranonce_subscribed:
            self._extranonce1 = self._house.entropy(len(self._extranonce1))
            self.call("mining.set_extranonce", [self._extranonce1.hex(), self._extranonce2_bytes])
        job = Issued(
            id=f"{self.serial:x}{self._job_serial:06x}",
            template=template,
            extranonce1=self._extranonce1,
            extranonce2_bytes=self._extranonce2_bytes,
            difficulty=self.difficulty,
            target=target_of(self.difficulty, self._house.share_multiplier),
        )
        if clean:
            self._jobs.clear()
        self._jobs[job.id] = job
        if len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)
        self._house.ledger.counts["jobs"] += 1
        self.call("mining.notify", job.notify(clean))

    def call(self, method: str, params: list[object]) -> None:
        """Send a notification."""
        self.send({"id": None, "method": method, "params": params})

    def ask(self, method: str, params: list[object]) -> None:
        """Send a request; its answer is recorded."""
        id_ = f"practice-{len(self.awaited)}-{self._house.entropy(3).hex()}"
        if len(self.awaited) < 64:
            self.awaited[id_] = (method, self._house.now())
        self.send({"id": id_, "method": method, "params": params})

    def _reply(self, id_: object, method: str, result: object, error: list[object] | None) -> None:
        if method == "mining.submit" and "silence" in self._house.conduct:
            return
        wrong = {"": id_, "one": 1, "null": None, "method": method, "999": 999}
        self.send({"id": wrong[self._house.conduct.value("wrong-ids")], "result": result, "error": error})

    def send(self, message: dict[str, object]) -> None:
        """Send a message as one line."""
        if self._house.conduct.value("silence") != "all":
            self.send_bytes(json.dumps(message).encode() + b"\n")

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._writer.is_closing():
            return
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
            self.close("it does not read what it is sent")
            self._writer.transport.abort()  # closing alone would wait for it to read

    async def drain(self) -> None:
        """Wait until the client has read most of what was sent."""
        await self._writer.drain()

    def close(self, reason: str) -> None:
        """End the connection after what was sent so far."""
        self._closed_because = self._closed_because or reason
        self._writer.close()

    def record(self, kind: str, **fields: object) -> None:
        """Record an event of this connection."""
        self._house.ledger.record(kind, connection=self.serial, **fields)

    def _spoken(self, reason: str) -> str:
        return ESCAPE_CODES + reason if "escape-codes" in self._house.conduct else reason
