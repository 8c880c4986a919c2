"""Misbehaviour on request: what there is, by name, and which of it is on now."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pithead.errors import SettingsError

_NUMBER = r"\d+(\.\d+)?"
_COUNT = r"\d{1,12}"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """One way in which the pool can misbehave."""

    name: str
    pattern: str
    """What its value looks like, as a regular expression; empty where it takes none."""
    default: str
    """Its value where none is given."""
    value: str
    """The value's name in the help; empty where it takes none."""
    help: str


MISBEHAVIOURS = {
    each.name: each
    for each in (
        Misbehaviour("hang-up", "", "", "", "close every connection as soon as it is made"),
        Misbehaviour("silence", "all|shares", "all", "all|shares", "accept and read, but never answer (anything, or shares only)"),
        Misbehaviour("refuse-login", "", "", "", "refuse every mining.authorize (error 24)"),
        Misbehaviour("late-login-reply", _NUMBER, "1", "SECONDS", "send difficulty and job first, the reply to mining.authorize later"),
        Misbehaviour("drop", _NUMBER + "s?", "1", "N|Ns", "close the connection after N shares, or N seconds after login"),
        Misbehaviour("wrong-ids", "one|null|method|999", "one", "one|null|method|999", "answer with this id instead of the request's"),
        Misbehaviour("stale-flood", "", "", "", "start a new block just before every share is judged, so that each is stale"),
        Misbehaviour("reject", _COUNT, "23", "CODE", "reject every share with this error code"),
        Misbehaviour("slow", _NUMBER, "1", "SECONDS", "answer every share this much later"),
        Misbehaviour("job-flood", _COUNT, "1000", "N", "send N new jobs a second"),
        Misbehaviour("garbage", _COUNT, "10", "N", "send N lines of garbage a second"),
        Misbehaviour("giant-line", _COUNT, "10000000", "BYTES", "send one line of this length after login"),
        Misbehaviour("huge-extranonce", _COUNT, "1000000000", "SIZE", "state an extranonce2 of this many bytes"),
        Misbehaviour("tiny-extranonce", "", "", "", "state an extranonce2 of one byte"),
        Misbehaviour("change-extranonce", "", "", "", "give a new extranonce1 before every job (mining.set_extranonce)"),
        Misbehaviour("escape-codes", "", "", "", "put terminal escape codes into client.show_message and error texts"),
        Misbehaviour("reconnect", r"\S*:\d{1,5}", ":0", "HOST:PORT", "ask for client.reconnect after login (`:0` is the same place)"),
        Misbehaviour("difficulty-jump", _NUMBER, "16", "FACTOR", "multiply the difficulty by this at every second job"),
        Misbehaviour("bad-difficulty", "", "", "", "send difficulties that are none (0, -1, NaN, 1e999, text) before every job"),
        Misbehaviour("bad-notify", "", "", "", "send broken jobs before every job"),
        Misbehaviour("unknown-method", "", "", "", "ask for a method that does not exist after login"),
        Misbehaviour("ping", _NUMBER, "1", "SECONDS", "send mining.ping this often and record the answers"),
    )
}  # fmt: skip
"""Every misbehaviour by its name."""


def read_misbehaviour(text: str) -> dict[str, str]:
    """Read `NAME[=VALUE],...`; raises SettingsError with one sentence for an unknown name or a wrong value."""
    wanted = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, given, value = item.partition("=")
        known = MISBEHAVIOURS.get(name)
        if known is None:
            near = difflib.get_close_matches(name, MISBEHAVIOURS, n=1, cutoff=0.4)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(MISBEHAVIOURS)}."
            raise SettingsError(f"Unknown misbehaviour '{name}': {hint}")
        if given and not re.fullmatch(known.pattern, value):
            form = f"{name}={known.value}" if known.value else f"{name}, without a value"
            raise SettingsError(f"Misbehaviour '{item}' should read {form}.")
        wanted[name] = value if given else known.default
    return wanted


class Conduct:
    """Which misbehaviour is on; may change while the pool runs."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self._on = dict(wanted)

    def __contains__(self, name: object) -> bool:
        assert name in MISBEHAVIOURS, name
        return name in self._on

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._on))

    def value(self, name: str) -> str:
        """Return the value of a misbehaviour that is on, else an empty string."""
        return self._on.get(name, "")

    def number(self, name: str) -> float:
        """Return its value as a number (the unit `s` of `drop` left off)."""
        return float(self._on[name].rstrip("s"))

    def begin(self, wanted: Mapping[str, str]) -> None:
        """Switch misbehaviour on."""
        self._on.update(wanted)

    def end(self, names: Iterable[str]) -> None:
        """Switch misbehaviour off."""
        for name in names:
            self._on.pop(name, None)
