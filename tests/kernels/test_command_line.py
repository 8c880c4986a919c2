"""`python -m pithead_kernels`, as a person or a script runs it."""

import os
import subprocess
import sys

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.build.compiler import supported_levels
from pithead_kernels.vectors import algorithm_vectors

GENESIS, *_ = algorithm_vectors(ALGORITHMS["sha256d"])
HEADER = GENESIS.message.hex()
HASH = GENESIS.digest[::-1].hex()
NONCE = f"{int.from_bytes(GENESIS.message[76:], 'little'):x}"


def run(*arguments, **environment):
    command = [sys.executable, "-m", "pithead_kernels", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)


def test_list_prints_one_bare_name_a_line():
    assert run("list").stdout.splitlines() == sorted(ALGORITHMS)


def test_hash_prints_the_hash_in_display_order_and_nothing_else():
    child = run("hash", "sha256d", "--header", HEADER)
    assert (child.returncode, child.stdout, child.stderr) == (0, f"{HASH}\n", "")


def test_hash_can_ask_the_reference():
    assert run("hash", "sha256d", "--header", HEADER, "--reference").stdout == f"{HASH}\n"


@pytest.mark.parametrize("by", [[], ["--reference"]], ids=["host", "reference"])
def test_a_nonce_replaces_the_last_four_bytes_little_endian(by):
    without = HEADER[:-8] + "00000000"
    assert run("hash", "sha256d", "--header", without, "--nonce", NONCE, *by).stdout == f"{HASH}\n"


def test_a_height_is_taken_where_the_algorithm_asks_for_none():
    assert run("hash", "sha256d", "--header", HEADER, "--height", "0").stdout == f"{HASH}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hash", "sha256d", "--header", HEADER[:-1] + "g"], "is not hexadecimal"),
        (["hash", "sha256d", "--header", HEADER[:-2]], "160 hexadecimal digits, this one has 158"),
        (["hash", "sha256d", "--header", ""], "160 hexadecimal digits, this one has 0"),
        (["hash", "sha256d", "--header", HEADER, "--nonce", "0x1"], "without 0x"),
        (["hash", "sha256d", "--header", HEADER, "--nonce", "123456789"], "up to 8 hexadecimal digits"),
        (["hash", "sha256d", "--header", HEADER, "--height", "-1"], "--height"),
        (["hash", "sha256d"], "--header"),
        (["hash", "x16rv", "--header", HEADER], "did you mean x16r or x16rv2?"),
        (["hash", "quux", "--header", HEADER], "there are sha256d,"),
        (["verify", "sha256"], "did you mean sha256d"),
        (["compile", "--arch", "sm_12"], "there are host, sm_61,"),
        (["compare"], "compare"),
        ([], "list|hash|verify|compile"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_command_line_that_makes_no_sense_ends_with_one_sentence(arguments, words):
    child = run(*arguments)
    assert child.returncode == 2
    assert child.stdout == ""
    assert words in child.stderr
    assert child.stderr.count("\n") == 1


def test_verify_prints_a_line_for_each_group():
    child = run("verify", "sha256d")
    assert (child.returncode, child.stdout) == (0, "sha256d: all agree (3 by the reference, 3 by the host build)\n")


def test_verify_takes_the_functions_of_a_chain_along():
    child = run("verify", "x16r")
    assert child.returncode == 0
    assert [line.partition(":")[0] for line in child.stdout.splitlines()][-1] == "x16r"
    assert "keccak512: all agree" in child.stdout


def test_verify_fails_where_the_reference_disagrees_with_a_vector():
    code = (
        "import sys, dataclasses, pithead_kernels.__main__ as command, pithead_kernels.registry as registry\n"
        "wrong = dataclasses.replace(registry.find('sha256d'), reference=lambda header: bytes(32))\n"
        "sys.exit(command._verify(__import__('argparse').Namespace(algorithm=wrong)))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.returncode == 1
    assert "the reference makes 000" in child.stdout


def test_compile_prints_registers_and_spills():
    child = run("compile", "sha256d", "--arch", "sm_90")
    lines = child.stdout.splitlines()
    assert child.returncode == 0
    assert [line.partition(": ")[0] for line in lines] == [
        "sha256d/search.cu TIMES=2 search sm_90",
        "sha256d/search.cu TIMES=2 search_digest sm_90",
    ]
    assert all(" registers, 0 bytes spilled, 0 of stack" in line for line in lines)


def test_compile_warms_the_host_build():
    child = run("compile", "sha256d", "--arch", "host")
    assert (child.returncode, child.stdout) == (0, "sha256d: built for this CPU\n")


@pytest.mark.skipif(not supported_levels(), reason="an x86-64 CPU has levels")
def test_compile_says_for_which_other_cpu_it_built(tmp_path):
    level = supported_levels()[-1]
    child = run("compile", "sha256d", "--arch", "host", PITHEAD_MARCH=level, PITHEAD_CACHE_DIR=str(tmp_path))
    assert child.stdout == f"sha256d: built for {level}\n"
