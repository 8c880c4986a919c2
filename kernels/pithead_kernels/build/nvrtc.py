"""The GPU build: kernels compiled by NVRTC into cubins, which needs no GPU and no driver.

NVRTC is called through CuPy but not by its RawModule, which asks the current device for its architecture. Needs the extra `cuda12` or `cuda13`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pithead_kernels.algorithm import Program
from pithead_kernels.build import source
from pithead_kernels.build.cache import BuildError, Cache, unseal

ARCHES = ("sm_61", "sm_70", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")
"""The architectures we ship: Pascal, Volta, Turing, Ampere (two), Ada, Hopper, Blackwell (two)."""

OPTIONS = ("-std=c++17", "-default-device", "--ptxas-options=-v")

_ENTRY = re.compile(r"Compiling entry function '(\w+)'")
_SPILLS = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
_USED = re.compile(r"Used (\d+) registers(?:.*?, (\d+) bytes smem)?")


@dataclass(frozen=True, slots=True)
class Usage:
    """What one thread (and, for shared memory, one block) of a kernel takes, as the assembler reports it."""

    registers: int
    spilled_bytes: int
    """Bytes stored to local memory for want of registers."""
    stack_bytes: int
    """Local memory in all: spills, and arrays whose index is known only at run time."""
    shared_bytes: int


@dataclass(frozen=True, slots=True)
class Cubin:
    """A program for one GPU architecture."""

    image: bytes
    """What `cupy.cuda.function.Module.load` takes."""
    entries: Mapping[str, Usage]


def supported_arches() -> tuple[str, ...]:
    """Return those of ARCHES that the NVRTC at hand compiles for: CUDA 13 knows no Pascal and no Volta. Raises BuildError without NVRTC."""
    nvrtc, _ = _nvrtc()
    known = nvrtc.getSupportedArchs()
    return tuple(arch for arch in ARCHES if _number(arch) in known)


def compile_program(program: Program, arch: str, cache: Cache) -> Cubin:
    """Return a program's cubin for an architecture such as `sm_90`, cached or compiled now. Raises BuildError where that fails."""
    nvrtc, version = _nvrtc()
    _check(arch, nvrtc.getSupportedArchs(), version)
    text = source.read(program)
    made_by = hashlib.sha256(repr((version, OPTIONS)).encode()).hexdigest()[:16]
    name = f"{text.name}-{text.fingerprint}-{arch}-{made_by}.cubin"
    path = cache.obtain(name, lambda scratch: _compile(nvrtc, text, arch))
    content = unseal(path)
    if content is None:
        raise BuildError(f"the cached kernel {path} was damaged while it was in use")
    head, _, image = content.partition(b"\n")
    return Cubin(image, {entry: Usage(**usage) for entry, usage in json.loads(head).items()})


def _nvrtc() -> tuple[Any, tuple[int, int]]:
    """Return CuPy's binding and the version of the library behind it. Raises BuildError where either is missing."""
    try:
        from cupy.cuda import nvrtc
    except ImportError as error:
        raise BuildError("compiling for GPUs needs CuPy: pip install 'pithead[cuda12]' (or cuda13)") from error
    try:
        return nvrtc, nvrtc.getVersion()
    except (ImportError, OSError, RuntimeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise BuildError(f"NVRTC cannot be loaded ({first}): pip install 'pithead[cuda12]' (or cuda13)") from error


def _number(arch: str) -> int:
    return int(arch.removeprefix("sm_"))


def _check(arch: str, supported: Sequence[int], version: tuple[int, int]) -> None:
    if arch not in ARCHES:
        raise BuildError(f"unknown architecture {arch!r}: there are {', '.join(ARCHES)}")
    if _number(arch) not in supported:
        raise BuildError(
            f"NVRTC {version[0]}.{version[1]} does not compile for {arch}: pip install 'pithead[cuda12]'"
        )


def _compile(nvrtc: Any, text: source.Source, arch: str) -> bytes:
    """Compile and return the usage of every entry as a line of JSON, then the cubin."""
    headers = [content.encode() for _, content in text.headers]
    names = [name.encode() for name, _ in text.headers]
    options = [*OPTIONS, f"-arch={arch}", *(f"-D{name}={value}" for name, value in text.defines)]
    handle = nvrtc.createProgram(text.text, f"{text.name}.cu", headers, names)
    try:
        try:
            nvrtc.compileProgram(handle, options)
        except nvrtc.NVRTCError as error:
            complaint = next(
                (line for line in nvrtc.getProgramLog(handle).splitlines() if "error" in line), str(error)
            )
            raise BuildError(f"NVRTC cannot compile {text.name} for {arch}: {complaint.strip()}") from error
        usage = {entry: asdict(used) for entry, used in parse_usage(nvrtc.getProgramLog(handle)).items()}
        # CuPy drops the last byte of the image, and without it the ELF file is cut short.
        image: bytes = nvrtc.getCUBIN(handle)
        return json.dumps(usage).encode() + b"\n" + image + b"\0"
    finally:
        nvrtc.destroyProgram(handle)


def parse_usage(log: str) -> dict[str, Usage]:
    """Return what each entry takes, from the log that `--ptxas-options=-v` makes."""
    found: dict[str, Usage] = {}
    entry, spills = "", (0, 0)
    for line in log.splitlines():
        if match := _ENTRY.search(line):
            entry, spills = match[1], (0, 0)
        elif match := _SPILLS.search(line):
            spills = int(match[1]), int(match[2])
        elif (match := _USED.search(line)) and entry:
            found[entry] = Usage(int(match[1]), spills[1], spills[0], int(match[2] or 0))
    return found
