"""The algorithms there are: every folder here whose package has an `ALGORITHM`."""

import difflib
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from pithead_kernels.algorithm import ROOT, Algorithm


class UnknownAlgorithm(LookupError):  # noqa: N818 - a name that nothing bears is no error of ours
    """No algorithm has that name; the sentence suggests the nearest that exist."""


def _discover() -> Mapping[str, Algorithm]:
    """Import every folder that holds a reference: an algorithm's mark."""
    folders = sorted(path.parent.name for path in ROOT.glob("*/reference.py"))
    algorithms = [import_module(f"pithead_kernels.{folder}").ALGORITHM for folder in folders]
    return MappingProxyType({algorithm.name: algorithm for algorithm in algorithms})


ALGORITHMS: Mapping[str, Algorithm] = _discover()
"""Every algorithm by its name, in alphabetical order."""


def find(name: str) -> Algorithm:
    """Return the algorithm of a name. Raises UnknownAlgorithm, with the nearest names, where there is none."""
    try:
        return ALGORITHMS[name]
    except KeyError:
        near = sorted(difflib.get_close_matches(name.lower(), ALGORITHMS))
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(ALGORITHMS)}"
        raise UnknownAlgorithm(f"unknown algorithm {name!r}: {hint}") from None
