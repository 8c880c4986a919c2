"""What we have asked the pool and it has not answered yet, and which of it an answer is for."""

import math
import re
from dataclasses import dataclass

from pithead.stratum.text import cleaned
from pithead.work import Outcome, Share

STALE_CODE = 21
"""Stratum's `job not found`: the share came too late."""

_STALE_WORDS = re.compile(r"\bstale\b|\bjob not found\b", re.IGNORECASE)
_CODE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its answer."""

    method: str
    share: Share | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The pool's answer to a request, whichever that is."""

    result: object
    error: object

    @property
    def is_yes(self) -> bool:
        """Whether it grants what was asked: `true`, or another true value without an error."""
        return self.result is True or bool(self.result and not self.error)

    @property
    def reason(self) -> str:
        """The error's sentence for a person; it says so itself where there is none."""
        error = self.error
        if isinstance(error, list):
            error = error[1] if len(error) > 1 else None
        elif isinstance(error, dict):
            error = error.get("message")
        return (cleaned(error) if isinstance(error, str) else "") or "no reason given"

    @property
    def code(self) -> int | None:
        """The error's number, where it has one."""
        error = self.error
        if isinstance(error, list):
            error = error[0] if error else None
        elif isinstance(error, dict):
            error = error.get("code")
        if isinstance(error, str) and _CODE.fullmatch(error):
            error = int(error)
        return error if type(error) is int and abs(error) < 2**31 else None

    @property
    def outcome(self) -> Outcome:
        """What it says of a share: where an error has no number, its words decide whether it was stale."""
        if self.is_yes:
            return Outcome.ACCEPTED
        code = self.code
        is_stale = code == STALE_CODE if code is not None else _STALE_WORDS.search(self.reason)
        return Outcome.STALE if is_stale else Outcome.REJECTED


class Requests:
    """Requests in the order they were made, each under a number of its own."""

    def __init__(self) -> None:
        self._asked: dict[int, Request] = {}
        self._submitted: dict[int, Request] = {}
        self._last_id = 0
        self._share_ids_hold = False
        self.ids_are_loose = False
        """A login was answered under another id than its own."""

    def add(self, request: Request) -> int:
        """Note a request; return the id to send it under."""
        self._last_id += 1
        (self._asked if request.share is None else self._submitted)[self._last_id] = request
        return self._last_id

    @property
    def shares(self) -> tuple[Share, ...]:
        """The shares among them, oldest first."""
        return tuple(request.share for request in self._submitted.values() if request.share)

    @property
    def share_count(self) -> int:
        """How many shares are among them."""
        return len(self._submitted)

    def settle(self, id_: object, answer: Answer) -> Request | None:
        """Return the request that an answer is for, and forget it; None where it is for none.

        The id decides. Some pools answer with another one (1 whatever was asked, 999, null, the method's name): their
        answers go to the oldest request they can be for. That guess is never made for a share once the pool has
        answered a share by its id, nor for an id that was given out before, unless the logins had wrong ids too.
        """
        number = _number(id_)
        if number in self._submitted:
            self._share_ids_hold = True
            return self._submitted.pop(number)
        if number in self._asked and _can_answer(self._asked[number], answer):
            return self._asked.pop(number)
        if number is None and id_ is not None and not isinstance(id_, str):
            return None  # a list, NaN: no id at all
        return self._guess(id_, number, answer)

    def _guess(self, id_: object, number: int | None, answer: Answer) -> Request | None:
        able = {each: request for each, request in self._asked.items() if _can_answer(request, answer)}
        was_given_out = number is not None and 1 <= number <= self._last_id
        if self._submitted and not self._share_ids_hold and (self.ids_are_loose or not was_given_out):
            oldest, request = next(iter(self._submitted.items()))
            if _can_answer(request, answer):
                able[oldest] = request
        named = [each for each, request in able.items() if request.method == id_]
        found = next(iter(named or able), None)
        if found is None:
            return None
        self._asked.pop(found, None)
        self._submitted.pop(found, None)
        self.ids_are_loose |= able[found].method in ("mining.subscribe", "mining.authorize")
        return able[found]


def _number(id_: object) -> int | None:
    """Read an id as one of ours: a whole number, or one written as text."""
    if isinstance(id_, str) and id_.isascii() and id_.isdigit() and len(id_) < 20:
        return int(id_)
    if isinstance(id_, float) and math.isfinite(id_) and id_ == int(id_):
        return int(id_)
    return id_ if type(id_) is int else None


def _can_answer(request: Request, answer: Answer) -> bool:
    """Whether an answer has the shape that this request's has; an error has the shape of every one."""
    if answer.error:
        return True
    if request.method == "mining.configure":
        return isinstance(answer.result, dict)
    if request.method == "mining.subscribe":
        return isinstance(answer.result, list) or not answer.result
    return not isinstance(answer.result, list | dict)
