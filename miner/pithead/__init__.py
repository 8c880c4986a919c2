"""Pithead, the miner: from a pool's job to an accepted share, on the GPUs or the CPU of one machine."""

from importlib.metadata import version

__version__ = version("pithead")
