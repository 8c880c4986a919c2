"""Building for this CPU: what is compiled when, for which CPU, and what is said where it cannot be."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.build.cache import BuildError
from pithead_kernels.build.compiler import refuse_foreign, supported_levels
from pithead_kernels.build.host import HostKernels

HASH = """
import sys
from pithead_kernels import find
from pithead_kernels.build.host import BuildError, HostKernels
try:
    print(HostKernels(find("sha256d")).bind(bytes(80)).digest(0)[::-1].hex())
except BuildError as error:
    sys.exit(str(error))
"""
EXPECTED = ALGORITHMS["sha256d"].reference(bytes(80))[::-1].hex()


def run(cache_dir, **environment):
    environment = os.environ | {"PITHEAD_CACHE_DIR": str(cache_dir)} | environment
    return subprocess.run([sys.executable, "-c", HASH], env=environment, capture_output=True, text=True)


def libraries(folder):
    return sorted(path.name for path in folder.glob("*.so"))


def test_without_a_compiler_the_package_to_install_is_named(tmp_path):
    child = run(tmp_path, PATH=str(tmp_path))
    assert child.returncode == 1
    assert child.stderr.count("\n") == 1
    assert "install the package g++" in child.stderr


def test_a_compiler_that_fails_is_quoted(tmp_path):
    compiler = tmp_path / "broken"
    compiler.write_text('#!/bin/sh\ncase "$*" in *-dM*) exit 0;; esac\necho "error: out of ideas" >&2; exit 1\n')
    compiler.chmod(0o755)
    child = run(tmp_path, CXX=str(compiler))
    assert child.returncode == 1
    assert "broken cannot compile sha256d-search: error: out of ideas" in child.stderr


def test_an_unknown_cpu_is_named(tmp_path):
    child = run(tmp_path, PITHEAD_MARCH="x86-64-v9")
    assert child.returncode == 1
    assert "does not know how to compile for x86-64-v9" in child.stderr


@pytest.mark.parametrize(
    ("command", "words"), [('g++ "', "has no closing quotation"), ("true", "true made nothing of")]
)
def test_a_compiler_that_is_none_is_named(tmp_path, command, words):
    child = run(tmp_path, CXX=command)
    assert child.returncode == 1
    assert child.stderr.count("\n") == 1
    assert words in child.stderr


def test_code_for_a_cpu_that_this_one_is_not_is_refused_before_it_runs():
    with pytest.raises(BuildError, match="this CPU does not run x86-64-v4: let PITHEAD_MARCH be x86-64-v3"):
        refuse_foreign("x86-64-v4", ("x86-64-v3", "x86-64-v2"))
    refuse_foreign("x86-64-v2", ("x86-64-v3", "x86-64-v2"))
    refuse_foreign("native", ("x86-64-v3", "x86-64-v2"))


def test_only_the_programs_that_a_header_needs_are_built(tmp_path):
    header = bytes(4) + bytes.fromhex("88" * 8) + bytes(68)  # shavite512 sixteen times
    HostKernels(ALGORITHMS["x16r"], cache_dir=tmp_path).bind(header)
    assert [name.rsplit("-", 3)[0] for name in libraries(tmp_path)] == ["x16r-filter", "x16r-stage-shavite512"]


def test_two_processes_at_once_end_with_one_library(tmp_path):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", HASH],
            env=os.environ | {"PITHEAD_CACHE_DIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [child.communicate(timeout=60)[0].strip() for child in children] == [EXPECTED, EXPECTED]
    assert len(libraries(tmp_path)) == 1


def test_a_damaged_library_is_built_again_and_not_loaded(tmp_path):
    assert run(tmp_path).stdout.strip() == EXPECTED
    (library,) = tmp_path.glob("*.so")
    library.write_bytes(library.read_bytes()[:3000])
    assert run(tmp_path).stdout.strip() == EXPECTED


@pytest.mark.skipif(not supported_levels(), reason="an x86-64 CPU has levels")
def test_a_prebuilt_library_needs_no_compiler(tmp_path):
    prebuilt = tmp_path / "prebuilt"
    assert run(prebuilt, PITHEAD_MARCH=supported_levels()[-1]).stdout.strip() == EXPECTED
    child = run(tmp_path / "cache", PITHEAD_PREBUILT_DIR=str(prebuilt), PATH=str(tmp_path))
    assert child.stdout.strip() == EXPECTED
    assert libraries(tmp_path / "cache") == []


@pytest.mark.skipif(not supported_levels(), reason="an x86-64 CPU has levels")
def test_a_damaged_prebuilt_library_is_passed_over(tmp_path):
    prebuilt = tmp_path / "prebuilt"
    run(prebuilt, PITHEAD_MARCH=supported_levels()[-1])
    for library in prebuilt.glob("*.so"):
        library.write_bytes(b"\x7fELF, and nothing more")
    child = run(tmp_path / "cache", PITHEAD_PREBUILT_DIR=str(prebuilt), PATH=str(tmp_path))
    assert "install the package g++" in child.stderr


@pytest.mark.skipif(not supported_levels(), reason="an x86-64 CPU has levels")
@pytest.mark.parametrize("march", ["*", "**", "x86-64-v[0-9]", "native*"])
def test_a_cpu_that_is_no_name_chooses_no_prebuilt_library(tmp_path, march):
    prebuilt = tmp_path / "prebuilt"
    run(prebuilt, PITHEAD_MARCH=supported_levels()[-1])
    child = run(tmp_path / "cache", PITHEAD_PREBUILT_DIR=str(prebuilt), PITHEAD_MARCH=march)
    assert child.returncode == 1
    assert f"does not know how to compile for {march}" in child.stderr


@pytest.mark.skipif(len(supported_levels()) < 2, reason="there is one level to choose from")
def test_the_best_prebuilt_library_for_this_cpu_is_taken(tmp_path):
    for level in supported_levels():
        run(tmp_path, PITHEAD_MARCH=level)
    code = (
        "from pithead_kernels import find; from pithead_kernels.build.host import library; "
        "from pithead_kernels.build.cache import Cache; print(library(find('sha256d').programs[0], Cache()))"
    )
    environment = os.environ | {"PITHEAD_PREBUILT_DIR": str(tmp_path)}
    child = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert supported_levels()[0] in child.stdout


VERIFY_ALL = """
import json, sys
from pithead_kernels import find
from pithead_kernels.build.cache import Cache
from pithead_kernels.build.host import HostKernels
from pithead_kernels.vectors import functions, verify_function
HostKernels(find("x16rv2")).warm()  # several compilers at a time
print(json.dumps([fault for name in functions() for fault in verify_function(name, Cache()).faults]))
"""


@pytest.mark.parametrize("level", supported_levels())
def test_the_vectors_agree_on_older_cpus_too(level):
    environment = os.environ | {"PITHEAD_MARCH": level}
    child = subprocess.run(
        [sys.executable, "-c", VERIFY_ALL], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(child.stdout) == []


def test_the_compiler_may_be_a_command_with_arguments(tmp_path):
    compiler = shutil.which("g++")
    assert run(tmp_path, CXX=f"{compiler} -g0").stdout.strip() == EXPECTED
