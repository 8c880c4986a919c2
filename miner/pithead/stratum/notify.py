"""The parameters of mining.notify, mining.set_extranonce and their like, from JSON as it came into checked values.

Every reader raises ValueError with a phrase that says which field is wrong; nothing of the pool's own text is in it.
"""

import ipaddress
import math
import re
from dataclasses import dataclass

MAX_EXTRANONCE1_BYTES = 16
MAX_EXTRANONCE2_BYTES = 16
MAX_BRANCHES = 64
MAX_COINBASE_BYTES = 32 * 1024
"""Of each of its two pieces; pools' are below 10 KiB."""

MAX_ID_CHARACTERS = 128
MAX_WAIT_SECONDS = 3600.0

_NULL_OUTPOINT = bytes(32) + b"\xff" * 4
# BIP 34 heights stay below it for centuries, and compact targets, which earlier coinbases begin with, are above it.
_MAX_HEIGHT = 1 << 28
# RFC 1123 §2.1: letters, digits and hyphens; at most 253 characters as a whole (RFC 1035 §2.3.4 less its length bytes).
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\.?")
_DIGITS = re.compile(r"[0-9]{1,9}")
_MASK = re.compile(r"[0-9a-fA-F]{1,8}")


@dataclass(frozen=True, slots=True)
class Notify:
    """What mining.notify says, in bytes and numbers."""

    id: str
    prevhash: bytes
    """As it stands in the header."""
    coinb1: bytes
    coinb2: bytes
    branch: tuple[bytes, ...]
    """Merkle siblings of the coinbase transaction, from the leaves up."""
    version: int
    nbits: int
    ntime: int
    clean: bool


@dataclass(frozen=True, slots=True)
class Extranonce:
    """The pool's part of the extranonce, and the length of ours."""

    first: bytes
    second_bytes: int


def read_notify(params: list[object]) -> Notify:
    """Read mining.notify: [job, prevhash, coinb1, coinb2, branch, version, nbits, ntime, clean]."""
    if len(params) < 9:
        raise ValueError("it has fewer than nine parameters")
    name, prevhash, coinb1, coinb2, branch, version, nbits, ntime, clean = params[:9]
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_ID_CHARACTERS or not _is_plain(name):
        raise ValueError("its job id is not a short text")
    if not isinstance(branch, list) or len(branch) > MAX_BRANCHES:
        raise ValueError(f"its merkle branch is not a list of at most {MAX_BRANCHES}")
    if clean not in (True, False):  # 1 and 0 with them
        raise ValueError("its clean_jobs is neither true nor false")
    return Notify(
        id=name,
        prevhash=_swap_words(_octets(prevhash, "prevhash", 32, 32)),
        coinb1=_octets(coinb1, "coinb1", 0, MAX_COINBASE_BYTES),
        coinb2=_octets(coinb2, "coinb2", 0, MAX_COINBASE_BYTES),
        branch=tuple(_octets(node, "merkle branch", 32, 32) for node in branch),
        version=int.from_bytes(_octets(version, "version", 4, 4), "big"),
        nbits=int.from_bytes(_octets(nbits, "nbits", 4, 4), "big"),
        ntime=int.from_bytes(_octets(ntime, "ntime", 4, 4), "big"),
        clean=bool(clean),
    )


def read_extranonce(params: list[object]) -> Extranonce:
    """Read [extranonce1, extranonce2_size]: mining.set_extranonce, and the end of the answer to mining.subscribe."""
    if len(params) < 2:
        raise ValueError("it has fewer than two parameters")
    size = params[1]
    if type(size) is not int or not 1 <= size <= MAX_EXTRANONCE2_BYTES:
        raise ValueError(f"its extranonce2_size is not a whole number from 1 to {MAX_EXTRANONCE2_BYTES}")
    return Extranonce(_octets(params[0], "extranonce1", 0, MAX_EXTRANONCE1_BYTES), size)


def read_mask(value: object) -> int:
    """Read a mask of version bits, eight hexadecimal digits (BIP 310, TMask); fewer are taken too."""
    if not isinstance(value, str) or not _MASK.fullmatch(value):
        raise ValueError("its mask is not eight hexadecimal digits")
    return int(value, 16)


def read_address(params: list[object]) -> tuple[str, int, float]:
    """Read client.reconnect: [host, port, wait], each of which may be left out: host, port (0: the same), seconds."""
    host, port, wait = ([*params, None, None, None])[:3]
    place = _number(port, "port", 0, 65535)
    if place != int(place):
        raise ValueError("its port is not a whole number")
    return _host(host), int(place), _number(wait, "wait", 0, MAX_WAIT_SECONDS)


def height_of(coinb1: bytes) -> int | None:
    """Return the block height that a coinbase begins its script with (BIP 34); None where it does not parse."""
    script = 4 + 1 + len(_NULL_OUTPOINT) + 1  # version, one input, its outpoint, the length of its script
    if coinb1[4:5] != b"\x01" or coinb1[5 : script - 1] != _NULL_OUTPOINT or len(coinb1) <= script:
        return None
    opcode = coinb1[script]
    if 0x51 <= opcode <= 0x60:  # OP_1 to OP_16: how nodes write the first heights
        return opcode - 0x50
    digits = coinb1[script + 1 : script + 1 + opcode]
    if not 1 <= opcode <= 4 or len(digits) < opcode:
        return None
    height = int.from_bytes(digits, "little", signed=True)
    return height if 0 <= height < _MAX_HEIGHT else None


def _octets(value: object, name: str, least: int, most: int) -> bytes:
    wrong = f"its {name} is not {least * 2 if least == most else f'{least * 2} to {most * 2}'} hexadecimal digits"
    if not isinstance(value, str) or not 2 * least <= len(value) <= 2 * most:
        raise ValueError(wrong)
    try:
        found = bytes.fromhex(value)
    except ValueError:
        raise ValueError(wrong) from None
    if 2 * len(found) != len(value):  # fromhex skips spaces
        raise ValueError(wrong)
    return found


def _swap_words(value: bytes) -> bytes:
    """Turn round each word of four bytes: stratum sends prevhash as eight numbers of 32 bits, most significant first."""
    return b"".join(value[at : at + 4][::-1] for at in range(0, len(value), 4))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _number(value: object, name: str, least: float, most: float) -> float:
    """Read a number, or its digits as text; nothing at all is 0."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if value is None or value == "":
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"its {name} is not a number")
    if not least <= value <= most:
        raise ValueError(f"its {name} is not from {least} to {most:.0f}")
    return value


def _host(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value) <= 253 and "%" not in value:  # a zone is for links, not for pools
        if _HOST.fullmatch(value):
            return value
        try:
            return str(ipaddress.IPv6Address(value.removeprefix("[").removesuffix("]")))
        except ValueError:
            pass
    raise ValueError("its host is not a host name or address")
