"""Errors that say whose fault it is.

    PitheadError
    ├── SettingsError      the person who configured us: an option or a file
    ├── PoolError          the pool or the way to it
    │   ├── Rejected       it refused what we asked: a login, a subscription
    │   └── ProtocolError  it said something its protocol does not allow
    └── DeviceError        a device, its driver or its kernels

Each carries one sentence for a person: what was wrong and, where we know it, what would be right.
"""


class PitheadError(Exception):
    """Anything that Pithead raises on purpose."""


class SettingsError(PitheadError):
    """A setting is unknown, of the wrong type or out of range."""


class PoolError(PitheadError):
    """The pool cannot be reached, or the connection to it is of no use any more."""


class Rejected(PoolError):  # noqa: N818 - the word that stratum uses
    """The pool refused a login or a subscription."""


class ProtocolError(PoolError):
    """The pool sent what its protocol does not allow."""


class DeviceError(PitheadError):
    """A device cannot be opened or has failed."""
