"""The search space: who may try which nonces of which header. It lives in the parent, so no worker can lose or repeat any."""

from collections import OrderedDict
from dataclasses import dataclass

from pithead.work import Job, Unit


@dataclass(slots=True)
class _Cursor:
    """The first nonce that has not been leased yet."""

    roll: int = 0
    start: int = 0


class SearchSpace:
    """Hands out disjoint units, rolls in order from 0 and nonces in order from 0 within a roll.

    What was leased is never leased again, whoever asks: another device, a worker that was started again, the same work after
    a reconnect or at another difficulty. The key is `Job.fingerprint`, so that holds across jobs with different names. A
    unit that was lost with its worker stays lost: there are more nonces than devices.

    Only the `remembered` fingerprints used last are known; one older than that starts anew.
    """

    def __init__(self, *, remembered: int = 4096) -> None:
        self._remembered = remembered
        self._cursors: OrderedDict[bytes, _Cursor] = OrderedDict()

    def lease(self, job: Job, count: int) -> Unit | None:
        """Lease up to `count` (at least 1) nonces of one header; None once every roll of the job is used up.

        A unit never crosses a header: where one ends sooner the unit is smaller.
        """
        if count < 1:
            raise ValueError(f"a unit holds at least one nonce, not {count}")
        cursor = self._cursor(job.fingerprint)
        if cursor.start >= job.nonce_count:
            cursor.roll, cursor.start = cursor.roll + 1, 0
        if cursor.roll >= job.rolls:
            return None
        start = cursor.start
        count = min(count, job.nonce_count - start)
        cursor.start = start + count
        return Unit(job=job, roll=cursor.roll, header=job.header(cursor.roll), start=start, count=count)

    def _cursor(self, fingerprint: bytes) -> _Cursor:
        cursor = self._cursors.setdefault(fingerprint, _Cursor())
        self._cursors.move_to_end(fingerprint)
        while len(self._cursors) > self._remembered:
            self._cursors.popitem(last=False)
        return cursor
