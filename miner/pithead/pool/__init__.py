"""The way to the pools: connect, TLS, proxy, fail over, back off. The only place with a pool's socket."""

from pithead.pool.address import Address, read_address, read_pin, read_proxy
from pithead.pool.events import (
    Connected,
    Connecting,
    DifficultyChanged,
    Disconnected,
    JobReceived,
    PoolEvent,
    PoolNotice,
    PoolState,
    Submitted,
    Switched,
    SwitchReason,
)
from pithead.pool.failover import Pool
from pithead.pool.options import PoolEntry, PoolOptions

__all__ = [
    "Address",
    "Connected",
    "Connecting",
    "DifficultyChanged",
    "Disconnected",
    "JobReceived",
    "Pool",
    "PoolEntry",
    "PoolEvent",
    "PoolNotice",
    "PoolOptions",
    "PoolState",
    "Submitted",
    "SwitchReason",
    "Switched",
    "read_address",
    "read_pin",
    "read_proxy",
]
