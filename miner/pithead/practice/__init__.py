"""pithead-pool, the local pool for practice and tests.

It speaks the Bitcoin dialect of stratum from the pool's side, makes up its jobs, and verifies every share by a path of
its own: nothing here imports `pithead.stratum` or `pithead.work`, so that a mistake of theirs cannot hide in here.

    cli ─▶ pool ─▶ session ─▶ judge ─▶ chain        pool: the socket and the clock      session: one connection
              └─▶ mischief ─┘   └─▶ vardiff         judge: is it a share?               chain: made-up blocks
                   conduct: misbehaviour by name    ledger: what happened, counted      report: it, for a person
"""

from pithead.practice.options import PracticeOptions
from pithead.practice.pool import PracticePool

__all__ = ["PracticeOptions", "PracticePool"]
