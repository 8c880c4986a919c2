"""Hashing and searching headers on the host, as a device and the check of a share do."""

import hashlib
import random
import threading

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.algorithm import FOUND_MAX
from pithead_kernels.build.host import HostKernels
from pithead_kernels.common.sha256 import sha256
from pithead_kernels.vectors import algorithm_vectors

EASY = 2**256 - 1


def kernels(name, cache):
    return HostKernels(ALGORITHMS[name], cache_dir=cache.folder)


def some_header(seed):
    return random.Random(seed).randbytes(80)


def with_nonce(header, nonce):
    return header[:76] + nonce.to_bytes(4, "little")


def nonce_of(header):
    return int.from_bytes(header[76:], "little")


@pytest.fixture(params=ALGORITHMS)
def name(request):
    return request.param


def test_random_headers_hash_as_by_the_reference(name, cache):
    host = kernels(name, cache)
    for seed in range(6):
        header = some_header(seed)
        assert host.bind(header).digest(nonce_of(header)) == ALGORITHMS[name].reference(header)


def test_the_first_and_the_last_nonce_hash_as_by_the_reference(name, cache):
    job = kernels(name, cache).bind(some_header(7))
    for nonce in (0, 2**32 - 1):
        assert job.digest(nonce) == ALGORITHMS[name].reference(with_nonce(some_header(7), nonce))


@pytest.mark.parametrize(
    ("name", "block"),
    [("sha256d", 0), ("sha256d", 1), ("sha256d", 2), ("x16r", 0), ("x16r", 1)],
    ids=["bitcoin 0", "bitcoin 1", "bitcoin 125552", "ravencoin 0", "ravencoin testnet 0"],
)
def test_the_nonce_of_a_real_block_is_found(name, block, cache):
    vector = algorithm_vectors(ALGORITHMS[name])[block]
    nonce = nonce_of(vector.message)
    target = int.from_bytes(vector.digest, "little")
    job = kernels(name, cache).bind(vector.message)
    assert job.search(nonce - 1000, 2000, target) == [nonce]


def test_exactly_the_nonces_whose_top_word_is_at_most_the_targets_are_found(name, cache):
    job = kernels(name, cache).bind(some_header(1))
    target = EASY // 3
    expected = [
        nonce for nonce in range(100, 1100) if int.from_bytes(job.digest(nonce), "little") >> 224 <= target >> 224
    ]
    assert job.search(100, 1000, target) == expected
    assert len(expected) > FOUND_MAX


def test_none_is_lost_where_every_nonce_passes(name, cache):
    job = kernels(name, cache).bind(some_header(2))
    assert job.search(3, 5000, EASY) == list(range(3, 5003))


def test_a_launch_with_more_candidates_than_it_can_hand_back_is_searched_again(cache):
    """These 64 nonces are one launch, which expects 4 candidates for this target and has more than it can hold."""
    job = kernels("sha256d", cache).bind(some_header(3))
    start, count, target = 3688396, 64, (EASY >> 4)
    expected = [
        nonce for nonce in range(start, start + count) if int.from_bytes(job.digest(nonce), "little") <= target
    ]
    assert len(expected) > FOUND_MAX
    assert job.search(start, count, target) == expected


def test_pieces_of_a_range_find_what_the_whole_finds(name, cache):
    job = kernels(name, cache).bind(some_header(4))
    target = EASY >> 6
    whole = job.search(1, 6000, target)
    pieces = [
        nonce for start, end in ((1, 2), (2, 777), (777, 6001)) for nonce in job.search(start, end - start, target)
    ]
    assert pieces == whole


def test_the_end_of_the_nonces_can_be_searched(name, cache):
    job = kernels(name, cache).bind(some_header(5))
    assert job.search(2**32 - 10, 10, EASY) == list(range(2**32 - 10, 2**32))


def test_an_empty_range_finds_nothing(name, cache):
    assert kernels(name, cache).bind(some_header(5)).search(2**32, 0, EASY) == []


@pytest.mark.parametrize(("start", "count"), [(-1, 1), (0, -1), (2**32, 1), (0, 2**32 + 1)])
def test_a_range_beyond_32_bits_is_refused(start, count, cache):
    with pytest.raises(ValueError, match="32 bits"):
        kernels("sha256d", cache).bind(some_header(5)).search(start, count, EASY)


def test_a_nonce_passes_exactly_when_its_top_word_is_at_most_the_targets(name, cache):
    job = kernels(name, cache).bind(some_header(6))
    top = int.from_bytes(job.digest(42), "little") >> 224
    assert job.passes(42, top << 224)
    assert not job.passes(42, (top - 1) << 224 | 2**224 - 1)


def test_a_header_of_another_length_is_refused(cache):
    with pytest.raises(ValueError, match="80 bytes, this one has 79"):
        kernels("sha256d", cache).bind(bytes(79))


def test_threads_search_one_job_at_once(cache):
    job = kernels("sha256d", cache).bind(some_header(8))
    target = EASY >> 12
    found = {}
    threads = [
        threading.Thread(target=lambda k=k: found.update({k: job.search(k << 18, 1 << 18, target)})) for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [nonce for k in range(4) for nonce in found[k]] == job.search(0, 1 << 20, target)


def test_the_sha256_reference_agrees_with_the_standard_library():
    for length in (0, 1, 55, 56, 63, 64, 80, 119, 120, 1000):
        message = random.Random(length).randbytes(length)
        assert sha256(message) == hashlib.sha256(message).digest()
