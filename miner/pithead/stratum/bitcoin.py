"""Stratum as the pools of Bitcoin and its descendants speak it: sha256d, x16r and their like.

Sources: slush's stratum (docs of 2012, as pools implement it), BIP 310 (mining.configure, version rolling), NiceHash's
mining.extranonce.subscribe extension. Order of our messages: mining.configure and mining.subscribe at once,
mining.authorize when the subscription is answered, mining.extranonce.subscribe when the login is. Servers answer a
connection's requests in turn, so that the first two need no wait between them; a login sent before the subscription is
answered is refused by some.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from pithead.errors import ProtocolError
from pithead.stratum.bitcoin_job import BitcoinJob, ShareTarget, bitcoin_job
from pithead.stratum.dialect import DifficultySet, Event, Failed, Judged, MoveTo, NewJob, Notice, Ready, Send
from pithead.stratum.lines import Lines, read_message
from pithead.stratum.notify import Extranonce, Notify, read_address, read_extranonce, read_mask, read_notify
from pithead.stratum.requests import Answer, Request, Requests
from pithead.stratum.target import target_of_difficulty
from pithead.stratum.text import cleaned
from pithead.work import Outcome, Share

VERSION_MASK = 0x1FFFE000
"""The version bits that miners may choose (BIP 320)."""

MAX_UNANSWERED = 4096
"""Shares without an answer; a pool that leaves more is of no use."""

MAX_MALFORMED = 100
"""Messages in a row, without a job between them, that are not what they should be."""

MAX_PEOPLE_MESSAGES = 8
"""Messages for a person that are passed on between two jobs."""

_MAX_ID_CHARACTERS = 64


class BitcoinDialect:
    """One connection's worth of it.

    `share_multiplier` is the algorithm's (see target_of_difficulty). Without `version_rolling` no mining.configure is
    sent, and without `extranonce_subscribe` no mining.extranonce.subscribe: some pools close the connection on them.
    """

    def __init__(
        self,
        algorithm: str,
        share_multiplier: int,
        user: str,
        password: str,
        agent: str,
        connection: int,
        *,
        version_rolling: bool = True,
        extranonce_subscribe: bool = True,
    ) -> None:
        self._algorithm = algorithm
        self._share_multiplier = share_multiplier
        self._user = user
        self._password = password
        self._agent = agent
        self._connection = connection
        self._version_rolling = version_rolling
        self._extranonce_subscribe = extranonce_subscribe
        self._lines = Lines()
        self._requests = Requests()
        self._asked = ShareTarget(1.0, target_of_difficulty(1, share_multiplier))
        self._extranonce: Extranonce | None = None
        self._version_mask: int | None = None  # None: not negotiated
        self._early: tuple[Notify, ShareTarget] | None = None
        self._job: BitcoinJob | None = None
        self._malformed = 0
        self._people_messages = 0
        self._is_over = False
        self._notifications: dict[str, Callable[[list[object]], Iterator[Event]]] = {
            "mining.notify": self._notify,
            "mining.set_difficulty": self._set_difficulty,
            "mining.set_extranonce": self._set_extranonce,
            "mining.set_version_mask": self._set_version_mask,
            "client.reconnect": self._reconnect,
            "client.show_message": self._show_message,
        }

    def hello(self) -> bytes:
        """Return what to say first: mining.configure, where versions are to be rolled, and mining.subscribe."""
        configure = b""
        if self._version_rolling:  # BIP 310: it should be the first message
            options = {"version-rolling.mask": f"{VERSION_MASK:08x}", "version-rolling.min-bit-count": 2}
            configure = self._request("mining.configure", [["version-rolling"], options])
        return configure + self._request("mining.subscribe", [self._agent])

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come, cut anywhere; never raises. After Failed there is nothing more."""
        events: list[Event] = []
        if self._is_over:
            return events
        try:
            for line in self._lines.push(data):
                if line.strip():
                    events += self._take(read_message(line))
                if events and isinstance(events[-1], Failed):
                    self._is_over = True
                    return events
            if self._requests.share_count > MAX_UNANSWERED:
                raise ProtocolError(f"The pool has left more than {MAX_UNANSWERED} shares unanswered.")
        except ProtocolError as error:
            events.append(Failed(str(error)))
            self._is_over = True
        return events

    def submit(self, share: Share) -> bytes:
        """Return mining.submit for a share of a job of this connection: extranonce2, ntime, nonce in hexadecimal.

        With version rolling the version bits follow, under the mask in force now, as BIP 310 wants it.
        """
        job = share.job
        assert isinstance(job, BitcoinJob), "a share of another dialect's job"
        assert job.connection == self._connection, "a share of another connection's job"
        number, version = job.place(share.roll)
        params: list[object] = [self._user, job.id, job.extranonce2(number).hex()]
        params += [f"{job.notify.ntime:08x}", f"{share.nonce:08x}"]
        if self._version_mask is not None:
            params.append(f"{version & self._version_mask:08x}")
        return self._request("mining.submit", params, share)

    @property
    def unanswered(self) -> tuple[Share, ...]:
        """Shares submitted and not judged yet, oldest first."""
        return self._requests.shares

    # ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, message: dict[str, object]) -> Iterator[Event]:
        method, id_, params = message.get("method"), message.get("id"), message.get("params")
        if not isinstance(method, str):
            if "result" not in message and "error" not in message:
                yield self._ignored("a message that is neither a request nor an answer")
            else:
                yield from self._answered(id_, Answer(message.get("result"), message.get("error")))
        elif method in self._notifications:
            try:
                yield from self._notifications[method](params if isinstance(params, list) else [])
            except ValueError as error:
                yield self._ignored(f"a {method} that cannot be used ({error})")
        else:
            yield from self._reply(method, id_)

    def _answered(self, id_: object, answer: Answer) -> Iterator[Event]:
        request = self._requests.settle(id_, answer)
        if request is None:
            return
        if request.share is not None:
            yield self._judged(request.share, answer)
        elif request.method == "mining.configure":
            self._configured(answer)
        elif request.method == "mining.subscribe":
            yield from self._subscribed(answer)
        elif request.method == "mining.authorize":
            yield from self._authorized(answer)

    def _reply(self, method: str, id_: object) -> Iterator[Event]:
        """Answer a request of the pool's; a method we do not know gets an error, a notification gets nothing."""
        if isinstance(id_, bool) or not isinstance(id_, int | str):
            return
        if isinstance(id_, str) and len(id_) > _MAX_ID_CHARACTERS:
            return
        results = {"mining.ping": "pong", "client.get_version": self._agent}
        error = None if method in results else [38, "Method not found", None]
        yield Send(_line({"id": id_, "result": results.get(method), "error": error}))

    def _ignored(self, what: str) -> Event:
        self._malformed += 1
        if self._malformed > MAX_MALFORMED:
            return Failed(f"The pool has sent more than {MAX_MALFORMED} malformed messages in a row, last {what}.")
        return Notice(f"The pool sent {what}; it is ignored.")

    def _request(self, method: str, params: list[object], share: Share | None = None) -> bytes:
        id_ = self._requests.add(Request(method, share))
        return _line({"id": id_, "method": method, "params": params})

    # ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _configured(self, answer: Answer) -> None:
        """Take the pool's mask; an error, `false` or a mask that is none means that versions are not rolled."""
        result = answer.result
        if isinstance(result, dict) and result.get("version-rolling") is True:
            try:
                self._version_mask = read_mask(result.get("version-rolling.mask")) & VERSION_MASK
            except ValueError:
                self._version_mask = None

    def _subscribed(self, answer: Answer) -> Iterator[Event]:
        result = answer.result
        if answer.error or not result:
            yield Failed(f"The pool refused the subscription: {answer.reason}", refused=True)
            return
        try:
            self._extranonce = read_extranonce(result[1:] if isinstance(result, list) else [])
        except ValueError as error:
            yield Failed(f"The pool's answer to mining.subscribe cannot be used: {error}.")
            return
        yield Send(self._request("mining.authorize", [self._user, self._password]))
        if self._early:
            yield self._new_job(*self._early, self._extranonce)
            self._early = None

    def _authorized(self, answer: Answer) -> Iterator[Event]:
        if not answer.is_yes:
            yield Failed(f"The pool refused the login: {answer.reason}", refused=True)
            return
        yield Ready()
        # Many pools leave it unanswered. Where ids cannot be trusted, the first share's answer would be taken for its.
        if self._extranonce_subscribe and not self._requests.ids_are_loose:
            yield Send(self._request("mining.extranonce.subscribe", []))

    def _judged(self, share: Share, answer: Answer) -> Judged:
        if answer.outcome is Outcome.ACCEPTED:
            return Judged(share, Outcome.ACCEPTED)
        return Judged(share, answer.outcome, answer.reason, answer.code)

    # ── Notifications ────────────────────────────────────────────────────────────────────────────────────────────

    def _notify(self, params: list[object]) -> Iterator[Event]:
        notify = read_notify(params)
        if self._extranonce is None:
            self._early = notify, self._asked
        else:
            yield self._new_job(notify, self._asked, self._extranonce)

    def _new_job(self, notify: Notify, asked: ShareTarget, extranonce: Extranonce) -> NewJob:
        self._malformed = self._people_messages = 0
        self._job = bitcoin_job(
            notify,
            extranonce,
            asked,
            algorithm=self._algorithm,
            version_mask=self._version_mask or 0,
            connection=self._connection,
        )
        return NewJob(self._job)

    def _set_difficulty(self, params: list[object]) -> Iterator[Event]:
        """Take the difficulty of the jobs to come."""
        difficulty = params[0] if params else None
        if isinstance(difficulty, bool) or not isinstance(difficulty, int | float):
            raise ValueError("its difficulty is not a number")
        self._asked = ShareTarget(float(difficulty), target_of_difficulty(difficulty, self._share_multiplier))
        yield DifficultySet(float(difficulty))

    def _set_extranonce(self, params: list[object]) -> Iterator[Event]:
        """Take the extranonce of the jobs to come; before the subscription's own there is none to change."""
        extranonce = read_extranonce(params)
        if self._extranonce is not None:
            self._extranonce = extranonce
        yield from ()

    def _set_version_mask(self, params: list[object]) -> Iterator[Event]:
        """Take the mask at once: a job whose rolled bits the pool would refuse from now on is made anew."""
        mask = read_mask(params[0] if params else None) & VERSION_MASK
        if self._version_mask is None:
            return
        self._version_mask = mask
        if self._job is not None and self._job.version_mask & ~mask:
            self._job = replace(self._job, version_mask=mask, clean=False)
            yield NewJob(self._job)

    def _reconnect(self, params: list[object]) -> Iterator[Event]:
        yield MoveTo(*read_address(params))

    def _show_message(self, params: list[object]) -> Iterator[Event]:
        if not params or not isinstance(params[0], str):
            raise ValueError("its message is not a text")
        self._people_messages += 1
        text = cleaned(params[0], 300)
        if text and self._people_messages <= MAX_PEOPLE_MESSAGES:
            yield Notice(f"The pool says: {text}")


def _line(message: dict[str, object]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"
