"""The functions in common/ one by one: their host build against their reference, every lane with a message of its own."""

import random
from importlib import import_module

import pytest

from pithead_kernels.x16r.function import HostFunction
from pithead_kernels.x16r.order import FUNCTIONS

NAMES = (*FUNCTIONS, "tiger")
COUNT = 67
"""More than the widest vector has lanes, and no multiple of any."""


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def host(name, cache):
    return HostFunction(name, cache)


@pytest.fixture
def reference(name):
    function = getattr(import_module(f"pithead_kernels.common.{name}"), name)
    return lambda message: function(message).ljust(64, b"\0")


def test_messages_of_64_bytes_agree_with_the_reference(name, host, reference):
    messages = [random.Random(f"{name}{k}").randbytes(64) for k in range(COUNT)]
    assert host.digests(messages) == [reference(message) for message in messages]


def test_headers_agree_with_the_reference_nonce_by_nonce(name, host, reference):
    header = random.Random(name).randbytes(80)
    start = 0xFFFFFFFF - COUNT
    headers = [header[:76] + nonce.to_bytes(4, "little") for nonce in range(start, start + COUNT)]
    assert host.header_digests(header, start, COUNT) == [reference(message) for message in headers]


def test_nothing_is_read_from_the_nonce_of_the_header_that_prepares_a_job(name, host):
    header = random.Random(name).randbytes(76)
    assert host.header_digests(header + b"\0" * 4, 5, 3) == host.header_digests(header + b"\xff" * 4, 5, 3)
