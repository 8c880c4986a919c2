"""Building for GPUs: every program for every architecture we ship, without a GPU."""

import subprocess
import sys
from pathlib import Path

import pytest

from pithead_kernels import ALGORITHMS
from pithead_kernels.build.nvrtc import ARCHES, BuildError, compile_program, parse_usage

PROGRAMS = {program: None for algorithm in ALGORITHMS.values() for program in algorithm.programs}
HEADERS = [bytes(4) + bytes.fromhex(f"{digit:x}" * 16) + bytes(68) for digit in range(16)]
"""Each of the sixteen functions is the first and the next of a chain."""
GOLDEN = Path(__file__).parents[1] / "golden" / "kernels.txt"


def describe(program):
    return "-".join(value for name, value in program.defines if name in ("FUNCTION", "TIMES")) or program.source


@pytest.mark.timeout(600)  # compiles everything where the cache is cold; that is why it comes first
def test_what_each_kernel_takes_of_a_gpu_is_as_recorded():
    """Registers and spills decide the speed on a GPU. Where a change is meant: python -m pithead_kernels compile > tests/golden/kernels.txt."""
    child = subprocess.run([sys.executable, "-m", "pithead_kernels", "compile"], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert child.stdout.splitlines() == GOLDEN.read_text().splitlines()


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("program", PROGRAMS, ids=describe)
def test_every_program_compiles_for_every_architecture(program, arch, cache):
    cubin = compile_program(program, arch, cache)
    kernels = {
        kernel.entry
        for algorithm in ALGORITHMS.values()
        for header in HEADERS
        for kernel in algorithm.search(header) + algorithm.digest(header)
        if kernel.program == program
    }
    assert cubin.image.startswith(b"\x7fELF")
    assert kernels
    assert cubin.entries.keys() >= kernels


def test_no_kernel_is_taken_for_empty():
    """NVRTC drops a body that it thinks has no defined behaviour, without a word: what is left fits in a few registers."""
    lines = [line for line in GOLDEN.read_text().splitlines() if "filter.cu" not in line]
    assert min(int(line.partition(": ")[2].split()[0]) for line in lines) >= 32


def test_the_image_is_whole(cache):
    """An ELF file ends with its section headers: where they are said to lie is where it ends."""
    image = compile_program(ALGORITHMS["sha256d"].programs[0], "sm_90", cache).image
    sections_at = int.from_bytes(image[40:48], "little")
    section_bytes, section_count = (int.from_bytes(image[at : at + 2], "little") for at in (58, 60))
    programs_at = int.from_bytes(image[32:40], "little")
    program_bytes, program_count = (int.from_bytes(image[at : at + 2], "little") for at in (54, 56))
    ends = sections_at + section_bytes * section_count, programs_at + program_bytes * program_count
    assert len(image) >= max(ends)


def test_sha256d_spills_nothing(cache):
    for arch in ARCHES:
        usage = compile_program(ALGORITHMS["sha256d"].programs[0], arch, cache).entries["search"]
        assert usage.spilled_bytes == 0


def test_an_architecture_that_we_do_not_ship_is_refused(cache):
    with pytest.raises(BuildError, match="unknown architecture 'sm_12'"):
        compile_program(ALGORITHMS["sha256d"].programs[0], "sm_12", cache)


def test_what_a_kernel_takes_is_read_from_the_assemblers_log():
    log = """
ptxas info    : Compiling entry function 'stage_first' for 'sm_90'
ptxas info    : Function properties for stage_first
    128 bytes stack frame, 64 bytes spill stores, 72 bytes spill loads
ptxas info    : Used 255 registers, used 0 barriers, 128 bytes cumulative stack size, 4096 bytes smem, 400 bytes cmem[0]
"""
    usage = parse_usage(log)["stage_first"]
    assert (usage.registers, usage.spilled_bytes, usage.stack_bytes, usage.shared_bytes) == (255, 64, 128, 4096)


def test_without_cupy_the_extra_to_install_is_named():
    code = (
        "import sys; sys.modules['cupy'] = None\n"
        "from pithead_kernels.__main__ import main; sys.exit(main(['compile', 'sha256d', '--arch', 'sm_90']))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.returncode == 1
    assert "pip install 'pithead[cuda12]'" in child.stderr
