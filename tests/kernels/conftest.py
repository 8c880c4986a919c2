"""What the tests of the kernels share: the user's own cache, so that a kernel is compiled once and not once a run."""

import pytest

from pithead_kernels.build.cache import Cache


@pytest.fixture(scope="session")
def cache():
    return Cache()
