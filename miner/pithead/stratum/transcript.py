"""Protocol dump: a dialect that passes every line to and from the pool to a reader beside the one it is meant for."""

from collections.abc import Callable

from pithead.stratum.dialect import Dialect, Event, Send
from pithead.work import Share

_LONGEST_LINE = 4096


class Transcript:
    """A dialect around another one; `write` is given a line at a time, marked `>` to the pool and `<` from it."""

    def __init__(self, dialect: Dialect, write: Callable[[str], None]) -> None:
        self._dialect = dialect
        self._write = write
        self._begun = b""

    def hello(self) -> bytes:
        """Return what to say first."""
        return self._sent(self._dialect.hello())

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come."""
        *whole, self._begun = (self._begun + data).split(b"\n")
        self._begun = self._begun[:_LONGEST_LINE]  # a pool that never ends its line must not fill the memory
        for line in whole:
            self._note("<", line)
        events = self._dialect.receive(data)
        for event in events:
            if isinstance(event, Send):
                self._sent(event.data)
        return events

    def submit(self, share: Share) -> bytes:
        """Return the message that submits a share."""
        return self._sent(self._dialect.submit(share))

    @property
    def unanswered(self) -> tuple[Share, ...]:
        """Shares submitted and not judged yet."""
        return self._dialect.unanswered

    def _sent(self, data: bytes) -> bytes:
        for line in data.splitlines():
            self._note(">", line)
        return data

    def _note(self, direction: str, line: bytes) -> None:
        if line:
            self._write(f"{direction} {line[:_LONGEST_LINE].decode(errors='replace')}")
