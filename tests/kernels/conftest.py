"""What the tests of the kernels share: the user's own cache, so that a kernel is compiled once and not once a run."""

import contextlib

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.build.cache import BuildError, Cache
from pithead_kernels.build.host import HostKernels


@pytest.fixture(scope="session")
def cache():
    cache = Cache()
    for (
        algorithm
    ) in ALGORITHMS.values():  # several compilers at a time, and what fails to build fails the test that needs it
        with contextlib.suppress(BuildError):
            HostKernels(algorithm, cache_dir=cache.folder).warm()
    return cache
