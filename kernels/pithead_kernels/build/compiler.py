"""The C++ compiler of this machine, and what it is asked for."""

import functools
import hashlib
import os
import platform
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pithead_kernels.build.cache import BuildError
from pithead_kernels.build.source import COMMON, Source

FLAGS = (
    *("-x", "c++", "-std=c++17", "-O3", "-fPIC", "-shared", "-fno-exceptions", "-fno-rtti"),
    # Sums are written in the order that lets them overlap best; GCC would put them in another (sha256d: 11 % slower).
    "-fno-tree-reassoc",
    # Vectors of every width are passed between inlined functions only, and the pragmas of the other compiler stay.
    *("-Wno-psabi", "-Wno-unknown-pragmas"),
    # Nothing of the C++ library is used: the image that carries the file need not have it.
    "-Wl,--as-needed",
)

LEVELS = {
    "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "x86-64-v3": {"avx2", "bmi1", "bmi2", "fma", "f16c", "movbe", "abm"},
    "x86-64-v2": {"ssse3", "sse4_1", "sse4_2", "popcnt", "cx16"},
}
"""The levels of the x86-64 psABI, best first, and the flags of /proc/cpuinfo that each asks for beyond the next."""


@functools.cache
def supported_levels() -> tuple[str, ...]:
    """Return the x86-64 levels that this CPU runs, best first; none on another architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ()
    flags = set(next((line.partition(":")[2] for line in lines if line.startswith("flags")), "").split())
    names = list(LEVELS)
    return tuple(name for k, name in enumerate(names) if all(LEVELS[lower] <= flags for lower in names[k:]))


def refuse_foreign(level: str, supported: Sequence[str]) -> None:
    """Raise BuildError where code for a level would end with an illegal instruction on a CPU that runs `supported`."""
    if level in LEVELS and supported and level not in supported:
        raise BuildError(f"this CPU does not run {level}: let PITHEAD_MARCH be {supported[0]}, or do not set it")


def march() -> str:
    """Return what kernels are built for: $PITHEAD_MARCH (x86-64-v2, -v3, -v4), else `native`: this very CPU."""
    return os.environ.get("PITHEAD_MARCH") or "native"


@dataclass(frozen=True, slots=True)
class Compiler:
    """A command that compiles C++ for one kind of CPU."""

    command: tuple[str, ...]
    march: str
    signature: str
    """16 hex digits that change with the compiler's version and with what `march` means on this machine."""

    @property
    def target_flags(self) -> tuple[str, ...]:
        """The flags that name the CPU."""
        return _target_flags(self.march)

    def compile(self, source: Source, scratch: Path) -> bytes:
        """Compile a program into a shared library and return it. Raises BuildError with the compiler's first complaint."""
        built = scratch / "built.so"
        defines = [f"-D{name}={value}" for name, value in source.defines]
        command = [
            *self.command,
            *FLAGS,
            *self.target_flags,
            f"-I{COMMON}",
            *defines,
            str(source.path),
            "-o",
            str(built),
        ]
        # The compiler's own scratch files belong where the cache cleans up.
        done = _run(command, {**os.environ, "TMPDIR": str(scratch)})
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            first = next((line for line in lines if "error" in line), lines[-1])
            raise BuildError(f"{self.command[0]} cannot compile {source.name}: {first.strip()}")
        if not built.is_file():
            raise BuildError(f"{self.command[0]} made nothing of {source.name} and gave no reason")
        return built.read_bytes()


def find_compiler() -> Compiler:
    """Return the compiler that $CXX names, else g++, for `march()`. Raises BuildError where there is none."""
    named = os.environ.get("CXX", "")
    try:
        command = tuple(shlex.split(named))
    except ValueError as error:
        raise BuildError(f"CXX does not name a compiler: {named!r} has {str(error).lower()}") from error
    return _probe(command or ("g++",), march())


@functools.cache
def _probe(command: tuple[str, ...], march: str) -> Compiler:
    """Ask a compiler for its predefined macros: they name its version and everything that `native` turns on."""
    done = _run([*command, *_target_flags(march), "-x", "c++", "-dM", "-E", os.devnull], dict(os.environ))
    if done.returncode:
        complaint = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BuildError(f"{command[0]} does not know how to compile for {march}: {complaint}")
    told = "\0".join([done.stdout, *FLAGS, *_target_flags(march)])
    return Compiler(command, march, hashlib.sha256(told.encode()).hexdigest()[:16])


def _run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a compiler. Raises BuildError where it cannot be started."""
    try:
        return subprocess.run(  # noqa: S603 - the command is $CXX, which the user chose
            command, capture_output=True, text=True, errors="replace", check=False, env=environment
        )
    except OSError as error:
        raise BuildError(
            f"there is no C++ compiler ({command[0]}: {error.strerror}): install the package g++ (apt-get install g++), or name one in CXX"
        ) from error


def _target_flags(march: str) -> tuple[str, ...]:
    wide = ("-mprefer-vector-width=512",) if platform.machine() == "x86_64" else ()
    return (f"-march={march}", *wide)
