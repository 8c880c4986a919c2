"""A dialect and the pool's side of its conversation, for the tests beside this file."""

import json
from typing import Any

import pytest

from pithead.stratum.bitcoin import BitcoinDialect
from pithead.stratum.bitcoin_job import BitcoinJob
from pithead.stratum.dialect import Event, NewJob, Send
from pithead.work import Job, Share

# Bitcoin's block 125552 taken apart as a pool would have sent it: the 8 bytes 2a01000000434104 are missing between the
# two pieces of its coinbase transaction. Header and hash: https://en.bitcoin.it/wiki/Block_hashing_algorithm; the
# coinbase pieces give transaction 51d37bdd…cd2d, the branch and it the header's merkle root.
BLOCK_125552: list[Any] = [
    "block-125552",
    "ab02cd818b9e567ee21793cddef299feb29ad444a41b85b8000008a300000000",
    (
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff"
        "0804f2b9441a022a01ffffffff01403415"
    ),
    (
        "d879d5ef8b70cf0a33925101b64429ad7eb370da8ad0b05c9cd60922c363a1ead"
        "a85bcc2843b7378e226735048786c790b30b28438d22acfade24ef047b5f865ac00000000"
    ),
    [
        "a1e197f9312b514b906dade27abf255ab0a12e9e24c6d5d7d3f8418dda5dc260",
        "5e996cc3307b11be5acab562575c583aba2f125ae82137bace5396db4b95aebf",
    ],
    "00000001",
    "1a44b9f2",
    "4dd7f5c7",
    False,
]


class Conversation:
    """A dialect, spoken to as a pool would; keeps what came of it."""

    def __init__(self, algorithm: str = "sha256d", multiplier: int = 1, **options: bool) -> None:
        self.dialect = BitcoinDialect(algorithm, multiplier, "wallet.rig", "x", "pithead/1.0.0", 7, **options)
        self.sent: list[dict[str, Any]] = [json.loads(line) for line in self.dialect.hello().splitlines()]
        self.events: list[Event] = []

    @staticmethod
    def share_of(job: Job, nonce: int = 0x9546A142, roll: int = 0x00434104) -> Share:
        """A share of a job: without more said, the one that made block 125552."""
        return Share(job=job, roll=roll, nonce=nonce, hash=1, device_id=0)

    def hear(self, *lines: bytes) -> list[Event]:
        """Receive these bytes; return what came of it, and keep what it sends."""
        events = self.dialect.receive(b"".join(lines))
        self.sent += [json.loads(event.data) for event in events if isinstance(event, Send)]
        self.events += events
        return events

    def tell(self, method: str, *params: object, id_: object = None) -> list[Event]:
        return self.hear(line({"id": id_, "method": method, "params": list(params)}))

    def answer(self, id_: object, result: object, error: object = None) -> list[Event]:
        return self.hear(line({"id": id_, "result": result, "error": error}))

    def id_of(self, method: str) -> int:
        """The id of the last request of this method."""
        return next(int(each["id"]) for each in reversed(self.sent) if each.get("method") == method)

    def subscribe(self, extranonce1: str = "2a010000", size: int = 4) -> list[Event]:
        return self.answer(self.id_of("mining.subscribe"), [[["mining.notify", "1"]], extranonce1, size])

    def log_in(self) -> list[Event]:
        """Subscribe and authorize, every id exact."""
        return self.subscribe() + self.answer(self.id_of("mining.authorize"), True)

    def notify(self, **changed: object) -> BitcoinJob:
        """Announce block 125552, changed as told; return the job."""
        names = ("id", "prevhash", "coinb1", "coinb2", "branch", "version", "nbits", "ntime", "clean")
        fields = dict(zip(names, BLOCK_125552, strict=True)) | changed
        events = self.tell("mining.notify", *fields.values())
        assert isinstance(events[0], NewJob), events
        assert isinstance(events[0].job, BitcoinJob)
        return events[0].job

    def submit(self, share: Share) -> int:
        """Submit it; return the request's id."""
        self.sent.append(json.loads(self.dialect.submit(share)))
        return int(self.sent[-1]["id"])


def line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


@pytest.fixture
def connect() -> type[Conversation]:
    return Conversation


@pytest.fixture
def talk() -> Conversation:
    return Conversation()


@pytest.fixture
def block_125552() -> list[Any]:
    return list(BLOCK_125552)
