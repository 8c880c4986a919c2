"""Is it a share? Every check of a real pool, in its order.

Error codes are those that pools of the Bitcoin dialect use: 20 other, 21 job not found (stale), 22 duplicate,
23 low difficulty, 24 unauthorized, 25 not subscribed.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pithead.practice.chain import VERSION, Template, target_of
from pithead.practice.house import House

TIME_AHEAD_SECONDS = 7200
"""How far ahead of the clock a header may be (Bitcoin's consensus rule)."""

_HEX = re.compile(r"[0-9a-fA-F]*")


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - it is an answer
    """Why something is not a share: the pool's error."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A job as one connection got it."""

    id: str
    template: Template
    extranonce1: bytes
    extranonce2_bytes: int
    difficulty: float
    target: int
    """In force when it was sent; a later difficulty does not change it."""

    @property
    def coinbase(self) -> tuple[bytes, bytes]:
        """The coinbase before and after extranonce1 and extranonce2."""
        return self.template.coinbase(len(self.extranonce1) + self.extranonce2_bytes)

    def notify(self, clean: bool) -> list[object]:
        """Return the parameters of mining.notify, in the dialect's own byte orders."""
        template, (before, after) = self.template, self.coinbase
        words = [template.previous[i : i + 4][::-1] for i in range(0, 32, 4)]
        branch = [node.hex() for node in template.branch]
        numbers = [f"{VERSION:08x}", f"{template.bits:08x}", f"{template.time_seconds:08x}"]
        return [self.id, b"".join(words).hex(), before.hex(), after.hex(), branch, *numbers, clean]


@dataclass(frozen=True, slots=True)
class Submission:
    """The parameters of mining.submit, still as text."""

    worker: str
    job_id: str
    extranonce2: str
    time: str
    nonce: str
    version_bits: str | None

    @classmethod
    def read(cls, params: list[object]) -> "Submission":
        """Read five or six texts; raises Refusal."""
        if len(params) not in (5, 6):
            raise Refusal(20, f"mining.submit takes 5 or 6 parameters, not {len(params)}")
        texts = [each for each in params if isinstance(each, str)]
        if len(texts) != len(params):
            raise Refusal(20, "every parameter of mining.submit is a string")
        worker, job_id, extranonce2, time, nonce, *version_bits = texts
        return cls(worker, job_id, extranonce2, time, nonce, version_bits[0] if version_bits else None)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a submission: a share where there is no refusal."""

    job: Issued | None
    hash: int | None
    difficulty: float | None
    """That the hash would have satisfied."""
    refusal: Refusal | None


async def rule(
    params: list[object],
    workers: Collection[str],
    jobs: Mapping[str, Issued],
    version_mask: int | None,
    house: House,
    now: float,
) -> Ruling:
    """Judge the parameters of mining.submit; an accepted header is added to those seen.

    `workers` are logged in on this connection, `jobs` those it may submit to; `version_mask` see `header_of`.
    """
    job: Issued | None = None
    hash_: int | None = None
    difficulty: float | None = None
    refusal: Refusal | None = None
    try:
        submission = _admit(params, workers)
        job = jobs.get(submission.job_id)
        if job is None:
            raise Refusal(21, "job not found")
        header = header_of(submission, job, version_mask, now)
        if header in house.seen:
            raise Refusal(22, "duplicate share")
        hash_ = await house.hash_header(header)
        difficulty = target_of(1, house.share_multiplier) / max(hash_, 1)
        if hash_ > job.target:
            raise Refusal(23, f"low difficulty share of {difficulty:.6g}")
        if "reject" in house.conduct:
            raise Refusal(int(house.conduct.number("reject")), "rejected on request")
        house.seen.add(header)
    except Refusal as caught:
        refusal = caught
    return Ruling(job, hash_, difficulty, refusal)


def _admit(params: list[object], workers: Collection[str]) -> Submission:
    if not workers:  # only a subscribed session can have any
        raise Refusal(24, "unauthorized worker")
    submission = Submission.read(params)
    if submission.worker not in workers:
        raise Refusal(24, "unauthorized worker")
    return submission


def header_of(submission: Submission, job: Issued, version_mask: int | None, now: float) -> bytes:
    """Return the 80-byte header that a submission stands for; raises Refusal where a field is wrong.

    `version_mask` is what was negotiated (BIP 310), None where nothing was.
    """
    extranonce2 = _bytes("extranonce2", submission.extranonce2, job.extranonce2_bytes)
    time_seconds = int.from_bytes(_bytes("ntime", submission.time, 4), "big")
    nonce = int.from_bytes(_bytes("nonce", submission.nonce, 4), "big")
    if not job.template.time_seconds <= time_seconds <= now + TIME_AHEAD_SECONDS:
        raise Refusal(20, "ntime out of range")
    version = VERSION
    if submission.version_bits is not None:
        if version_mask is None:
            raise Refusal(20, "version bits were not negotiated")
        bits = int.from_bytes(_bytes("version bits", submission.version_bits, 4), "big")
        if bits & ~version_mask:
            raise Refusal(20, f"version bits outside the mask {version_mask:08x}")
        version = VERSION & ~version_mask | bits
    before, after = job.coinbase
    return job.template.header(before + job.extranonce1 + extranonce2 + after, version, time_seconds, nonce)


def _bytes(name: str, text: str, size: int) -> bytes:
    if len(text) != 2 * size:
        raise Refusal(20, f"incorrect size of {name}: {size} bytes are {2 * size} hex digits")
    if not _HEX.fullmatch(text):
        raise Refusal(20, f"{name} is not hexadecimal")
    return bytes.fromhex(text)
