"""One of the functions in common/ by itself, on this CPU: to check it and to time it apart from the chain."""

import ctypes
from collections.abc import Sequence

from pithead_kernels.algorithm import HEADER_BYTES, JOB_WORDS
from pithead_kernels.build.cache import Cache
from pithead_kernels.build.compiler import march, refuse_foreign, supported_levels
from pithead_kernels.build.host import ROW_NONCES, library
from pithead_kernels.x16r.chain import stage

MESSAGE_BYTES = 64
_WORDS = MESSAGE_BYTES // 8
_ALIGN_BYTES = 64


class Messages:
    """The state array of `count` messages of 64 bytes, in the layout that kernels share (`store` of common/lane.h)."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._row = -(-count // ROW_NONCES) * ROW_NONCES
        size = 8 * _WORDS * self._row
        self._memory = ctypes.create_string_buffer(size + _ALIGN_BYTES)
        address = -(-ctypes.addressof(self._memory) // _ALIGN_BYTES) * _ALIGN_BYTES
        self.words = (ctypes.c_uint64 * (_WORDS * self._row)).from_address(address)

    def write(self, messages: Sequence[bytes]) -> None:
        """Fill the array."""
        for column, message in enumerate(messages):
            for k in range(_WORDS):
                self.words[k * self._row + column] = int.from_bytes(message[8 * k : 8 * k + 8], "little")

    def read(self) -> list[bytes]:
        """Return what the array holds."""
        return [
            b"".join(self.words[k * self._row + column].to_bytes(8, "little") for k in range(_WORDS))
            for column in range(self.count)
        ]


class HostFunction:
    """The host build of a function, over many messages at once. Raises BuildError where it cannot be built."""

    def __init__(self, name: str, cache: Cache | None = None) -> None:
        refuse_foreign(march(), supported_levels())
        self._library = ctypes.CDLL(str(library(stage(name), cache or Cache())))
        self._job = (ctypes.c_uint64 * JOB_WORDS)()

    def prepare(self, header: bytes) -> None:
        """Compute what is constant over an 80-byte header's nonces."""
        self._library["stage_prepare"]((ctypes.c_uint32 * (HEADER_BYTES // 4)).from_buffer_copy(header), self._job)

    def first(self, start: int, messages: Messages) -> None:
        """Fill the array with the digests of the header with nonces from `start` on."""
        self._library["stage_first"](self._job, ctypes.c_uint32(start), messages.count, 0, messages.words, None)

    def next(self, messages: Messages) -> None:
        """Replace each message by its digest."""
        self._library["stage_next"](self._job, 0, messages.count, 0, messages.words, None)

    def digests(self, messages: Sequence[bytes]) -> list[bytes]:
        """Return the 64-byte digest of each 64-byte message."""
        state = Messages(len(messages))
        state.write(messages)
        self.next(state)
        return state.read()

    def header_digests(self, header: bytes, start: int, count: int) -> list[bytes]:
        """Return the 64-byte digest of an 80-byte header with each nonce of [start, start + count)."""
        state = Messages(count)
        self.prepare(header)
        self.first(start, state)
        return state.read()
