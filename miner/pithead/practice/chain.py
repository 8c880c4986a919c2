"""A made-up block chain: templates whose headers look like real ones and lead nowhere.

Shapes are those of Bitcoin: the 80-byte header, the coinbase with its height (BIP 34), compact targets (nBits), and
the merkle branch that stratum hands out. Everything random comes from `entropy`, everything of time is passed in.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

DIFFICULTY_ONE = 0xFFFF << 208
"""The target at difficulty 1 in Bitcoin's unit."""

MAX_TARGET = 2**256 - 1
VERSION = 0x20000000
FIRST_HEIGHT = 840_000
REWARD = 312_500_000
BRANCH_MAX = 12
"""A branch of 12 stands for a block of some 4,000 transactions."""

SIGNATURE = b"/pithead-pool practice/"


def target_of(difficulty: float, share_multiplier: int) -> int:
    """Return the target of a difficulty, exactly: share_multiplier * DIFFICULTY_ONE / difficulty, at most 2**256-1."""
    return min(int(share_multiplier * DIFFICULTY_ONE / Fraction(difficulty)), MAX_TARGET)


def to_compact(target: int) -> int:
    """Return the compact form (nBits) of a target, rounded down: a size byte and 23 bits of mantissa."""
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:  # the mantissa is signed
        mantissa >>= 8
        size += 1
    return size << 24 | mantissa


def from_compact(bits: int) -> int:
    """Return the target that a compact form stands for."""
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    return mantissa >> 8 * (3 - size) if size <= 3 else mantissa << 8 * (size - 3)


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256: how Bitcoin hashes transactions and merkle nodes."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


@dataclass(frozen=True, slots=True)
class Template:
    """What a job is cut from. Hashes are in header byte order."""

    height: int
    previous: bytes
    branch: tuple[bytes, ...]
    bits: int
    time_seconds: int
    """Unix time; a share may not be older."""
    key_hash: bytes
    """20 bytes: where the made-up reward goes."""

    @property
    def network_target(self) -> int:
        """A hash at or below it is a block."""
        return from_compact(self.bits)

    def coinbase(self, extranonce_bytes: int) -> tuple[bytes, bytes]:
        """Return the coinbase transaction before and after its extranonce."""
        height = self.height.to_bytes(self.height.bit_length() // 8 + 1, "little")
        script_bytes = 1 + len(height) + extranonce_bytes + len(SIGNATURE)
        before = (
            b"\x01\0\0\0" + b"\x01" + bytes(32) + b"\xff" * 4 + bytes([script_bytes & 0xFF, len(height)]) + height
        )
        output = REWARD.to_bytes(8, "little") + b"\x19\x76\xa9\x14" + self.key_hash + b"\x88\xac"
        return before, SIGNATURE + b"\xff" * 4 + b"\x01" + output + bytes(4)

    def header(self, coinbase: bytes, version: int, time_seconds: int, nonce: int) -> bytes:
        """Return the 80-byte header over a whole coinbase."""
        root = sha256d(coinbase)
        for node in self.branch:
            root = sha256d(root + node)
        words = (time_seconds, self.bits, nonce)
        tail = b"".join(word.to_bytes(4, "little") for word in words)
        return version.to_bytes(4, "little") + self.previous + root + tail


class Chain:
    """Holds the template to work on and makes the next."""

    def __init__(self, share_multiplier: int, entropy: Callable[[int], bytes]) -> None:
        self._multiplier = share_multiplier
        self._entropy = entropy
        self._height = FIRST_HEIGHT + int.from_bytes(entropy(2), "big")
        self._previous = bytes(32)
        self._next_block()

    def job(self, now: float, network_difficulty: float) -> Template:
        """Return a new template on the same block."""
        depth = self._entropy(1)[0] % (BRANCH_MAX + 1)
        noise = self._entropy(32 * depth + 20)
        branch = tuple(noise[32 * i : 32 * i + 32] for i in range(depth))
        bits = to_compact(target_of(network_difficulty, self._multiplier))
        return Template(self._height, self._previous, branch, bits, int(now), noise[-20:])

    def block(self, now: float, network_difficulty: float) -> Template:
        """Return a template on a new block: earlier ones are stale from now on."""
        self._next_block()
        return self.job(now, network_difficulty)

    def _next_block(self) -> None:
        self._height += 1
        self._previous = self._entropy(28) + bytes(4)  # real ones end in zeros; x16r's order is in the random part
