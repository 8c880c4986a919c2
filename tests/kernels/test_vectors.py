"""Published vectors: every one by the reference and by the host build."""

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.vectors import functions, verify_algorithm, verify_function
from pithead_kernels.x16r.order import FUNCTIONS


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_gives_the_published_hashes(name, cache):
    verdict = verify_algorithm(ALGORITHMS[name], cache)
    assert verdict.faults == ()
    assert verdict.by_host > 0


@pytest.mark.parametrize("name", functions())
def test_a_function_gives_the_published_digests(name, cache):
    verdict = verify_function(name, cache)
    assert verdict.faults == ()
    assert verdict.by_host > 0


def test_every_function_of_the_chain_has_vectors():
    assert set(functions()) >= {*FUNCTIONS, "tiger"}
