"""What all sessions of a practice pool share."""

from collections.abc import Callable
from dataclasses import dataclass

from pithead.practice.chain import Template
from pithead.practice.conduct import Conduct
from pithead.practice.ledger import Ledger
from pithead.practice.options import PracticeOptions
from pithead.practice.proof import Hasher


@dataclass(frozen=True, slots=True)
class House:
    """The pool as a session sees it."""

    options: PracticeOptions
    share_multiplier: int
    conduct: Conduct
    ledger: Ledger
    hash_header: Hasher
    now: Callable[[], float]
    entropy: Callable[[int], bytes]
    first_difficulty: Callable[[], float]
    current: Callable[[], Template]
    new_block: Callable[[], None]
    """Called when a block is found: it must issue a clean job to every session."""
    seen: set[bytes]
    """Headers that were accepted on the current block."""
