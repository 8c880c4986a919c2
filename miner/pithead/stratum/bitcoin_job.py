"""A job of the Bitcoin dialect: its headers, roll by roll."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from pithead.stratum.notify import Extranonce, Notify, height_of
from pithead.stratum.target import network_difficulty, target_of_nbits
from pithead.work import Job

MAX_ROLLS = 1 << 64
"""More than any device gets through, and it fits the machine words that others may keep a roll in."""


@dataclass(frozen=True, kw_only=True)
class BitcoinJob(Job):
    """Work as mining.notify states it. A roll is an extranonce2 and a value of the version bits we may choose.

    Version bits vary fastest: a new version needs no new coinbase, so that one merkle root serves many rolls.
    """

    notify: Notify = field(repr=False)
    extranonce: Extranonce
    version_mask: int
    """Bits of the version that are ours to choose (BIP 310); 0 without version rolling."""
    _roots: dict[int, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def rolls(self) -> int:
        """How many distinct headers it spans."""
        return min(MAX_ROLLS, self._extranonces << self.version_mask.bit_count())

    def place(self, roll: int) -> tuple[int, int]:
        """Return the extranonce2, as a number, and the whole version of a roll in [0, rolls)."""
        if not 0 <= roll < self.rolls:
            raise ValueError(f"roll {roll} of {self.rolls}")
        count, bits = divmod(roll, 1 << self.version_mask.bit_count())
        version = self.notify.version & ~self.version_mask | _spread(bits, self.version_mask)
        return (self._first_extranonce + count) % self._extranonces, version

    def extranonce2(self, number: int) -> bytes:
        """Return an extranonce2 as it stands in the coinbase and on the wire."""
        return number.to_bytes(self.extranonce.second_bytes, "big")

    def header(self, roll: int) -> bytes:
        """Return the 80-byte header of a roll in [0, rolls), its nonce zero."""
        number, version = self.place(roll)
        root = self._roots.get(number)
        if root is None:
            root = self._merkle_root(self.extranonce2(number))
            self._roots.clear()  # rolls come in order: only the last root is asked for again
            self._roots[number] = root
        little = [value.to_bytes(4, "little") for value in (version, self.notify.ntime, self.notify.nbits)]
        return little[0] + self.notify.prevhash + root + little[1] + little[2] + bytes(4)

    @cached_property
    def fingerprint(self) -> bytes:
        """SHA-256 over everything that decides the hashes; not the pool's name for it, its target or its difficulty."""
        notify = self.notify
        numbers = [notify.version, notify.nbits, notify.ntime, self.version_mask, self.extranonce.second_bytes]
        parts = [
            self.algorithm.encode(),
            notify.prevhash,
            notify.coinb1,
            self.extranonce.first,
            notify.coinb2,
            b"".join(notify.branch),
            *(number.to_bytes(4, "big") for number in numbers),
        ]
        # Each with its length, so that bytes moved from one part to the next give another fingerprint.
        return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()

    @property
    def _extranonces(self) -> int:
        return 1 << 8 * self.extranonce.second_bytes

    @cached_property
    def _first_extranonce(self) -> int:
        """Where extranonce2 begins: elsewhere for every mask.

        Versions of one mask are partly those of another. When the pool changes the mask and repeats the job, beginning
        at the same extranonce2 would find the shares again that are submitted already.
        """
        if not self.version_mask:
            return 0
        digest = hashlib.sha256(self.version_mask.to_bytes(4, "big")).digest()
        return int.from_bytes(digest, "big") % self._extranonces

    def _merkle_root(self, extranonce2: bytes) -> bytes:
        root = _sha256d(self.notify.coinb1 + self.extranonce.first + extranonce2 + self.notify.coinb2)
        for sibling in self.notify.branch:
            root = _sha256d(root + sibling)
        return root


@dataclass(frozen=True, slots=True)
class ShareTarget:
    """What the pool asks of a share."""

    difficulty: float
    """In the pool's own unit."""
    target: int


def bitcoin_job(
    notify: Notify, extranonce: Extranonce, asked: ShareTarget, *, algorithm: str, version_mask: int, connection: int
) -> BitcoinJob:
    """Make the job that a notification announces. Nothing is hashed yet: most jobs of a flood are never worked on."""
    network_target = target_of_nbits(notify.nbits)
    return BitcoinJob(
        id=notify.id,
        algorithm=algorithm,
        target=asked.target,
        difficulty=asked.difficulty,
        network_target=network_target,
        network_difficulty=network_difficulty(network_target),
        height=height_of(notify.coinb1),
        clean=notify.clean,
        connection=connection,
        notify=notify,
        extranonce=extranonce,
        version_mask=version_mask,
    )


def _spread(bits: int, mask: int) -> int:
    """Lay the low bits of a number into the places of a mask's set bits, lowest first."""
    spread = 0
    while mask:
        place = mask & -mask
        if bits & 1:
            spread |= place
        bits >>= 1
        mask ^= place
    return spread


def _sha256d(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()
