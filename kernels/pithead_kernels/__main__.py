"""`python -m pithead_kernels`: list, hash, verify and compile what there is.

Exit status: 0; 1 where a vector disagrees or a kernel cannot be built; 2 where the command line makes no sense, with one sentence on stderr.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

from pithead_kernels.algorithm import HEADER_BYTES, Algorithm, Program
from pithead_kernels.build import nvrtc
from pithead_kernels.build.cache import BuildError, Cache
from pithead_kernels.build.compiler import march
from pithead_kernels.build.host import COMPILERS, HostKernels
from pithead_kernels.registry import ALGORITHMS, UnknownAlgorithm, find
from pithead_kernels.vectors import NONCE, functions, functions_of, verify_algorithm, verify_function

HOST = "host"
"""The architecture that `compile` takes for this CPU."""


class Parser(argparse.ArgumentParser):
    """A parser that complains in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and end with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (that of the process by default) and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.command(options)
    except BuildError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> Parser:
    parser = Parser(prog="pithead_kernels", description="Proof-of-work kernels, their references and their vectors.")
    commands = parser.add_subparsers(required=True, metavar="list|hash|verify|compile", parser_class=Parser)

    def add(name: str, command: Callable[[argparse.Namespace], int], help_text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_text, description=help_text)
        added.set_defaults(command=command)
        return added

    add("list", _list, "Print the name of every algorithm, one a line.")

    hashing = add("hash", _hash, "Print the hash of a header in display order (big-endian hex).")
    hashing.add_argument("algorithm", metavar="ALGO", type=_algorithm)
    hashing.add_argument("--header", metavar="HEX", type=_hexadecimal, required=True, help="the 80-byte header")
    hashing.add_argument(
        "--nonce", metavar="N", type=_nonce, help="hex without 0x; replaces bytes 76-79, little-endian"
    )
    hashing.add_argument(
        "--height", metavar="H", type=_height, help="the block's height, where the algorithm asks for it"
    )
    hashing.add_argument(
        "--reference", action="store_true", help="hash by the Python reference, not by the host build"
    )

    verifying = add("verify", _verify, "Check every vector by the reference and by the host build.")
    verifying.add_argument("algorithm", metavar="ALGO", type=_algorithm, nargs="?")

    compiling = add("compile", _compile, "Compile every kernel and print the registers that each takes and spills.")
    compiling.add_argument("algorithm", metavar="ALGO", type=_algorithm, nargs="?")
    compiling.add_argument(
        "--arch", metavar="ARCH", type=_arch, help="one architecture such as sm_90, or `host` for this CPU"
    )
    return parser


def _list(options: argparse.Namespace) -> int:
    print(*ALGORITHMS, sep="\n")
    return 0


def _hash(options: argparse.Namespace) -> int:
    algorithm: Algorithm = options.algorithm
    header = bytearray(options.header)
    if options.nonce is not None:
        header[NONCE] = options.nonce.to_bytes(4, "little")
    if options.reference:
        digest = algorithm.reference(bytes(header))
    else:
        digest = HostKernels(algorithm).bind(bytes(header)).digest(int.from_bytes(header[NONCE], "little"))
    print(digest[::-1].hex())
    return 0


def _verify(options: argparse.Namespace) -> int:
    cache = Cache()
    chosen = _chosen(options)
    for algorithm in chosen:  # the compilers run side by side, the vectors one after the other
        HostKernels(algorithm, cache_dir=cache.folder).warm()
    names = functions_of(options.algorithm) if options.algorithm else functions()
    faults = 0
    for verdict in (
        *(verify_function(name, cache) for name in names),
        *(verify_algorithm(algorithm, cache) for algorithm in chosen),
    ):
        print(verdict)
        faults += len(verdict.faults)
    return 1 if faults else 0


def _compile(options: argparse.Namespace) -> int:
    if options.arch == HOST:
        for algorithm in _chosen(options):
            HostKernels(algorithm).warm()
            print(f"{algorithm.name}: built for {'this CPU' if march() == 'native' else march()}")
        return 0
    cache = Cache()
    programs = dict.fromkeys(program for algorithm in _chosen(options) for program in algorithm.programs)
    arches = (options.arch,) if options.arch else nvrtc.supported_arches()
    if not options.arch and (skipped := [arch for arch in nvrtc.ARCHES if arch not in arches]):
        print(f"NVRTC here does not compile for {', '.join(skipped)}: pip install 'pithead[cuda12]'", file=sys.stderr)
    work = [(program, arch) for program in programs for arch in arches]

    def build(item: tuple[Program, str]) -> nvrtc.Cubin:
        return nvrtc.compile_program(*item, cache)

    with ThreadPoolExecutor(COMPILERS) as pool:
        for (program, arch), cubin in zip(work, pool.map(build, work), strict=True):
            for entry, usage in sorted(cubin.entries.items()):
                took = (
                    f"{usage.registers} registers, {usage.spilled_bytes} bytes spilled, {usage.stack_bytes} of stack"
                )
                print(f"{_describe(program)} {entry} {arch}: {took}")
    return 0


def _describe(program: Program) -> str:
    """Name a program by its source and what tells it from others of the same source."""
    told = [f"{name}={value}" for name, value in program.defines if name not in ("HEADER", "LANE_BYTES")]
    return " ".join([program.source, *told])


def _chosen(options: argparse.Namespace) -> tuple[Algorithm, ...]:
    return (options.algorithm,) if options.algorithm else tuple(ALGORITHMS.values())


def _algorithm(name: str) -> Algorithm:
    try:
        return find(name)
    except UnknownAlgorithm as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _arch(name: str) -> str:
    if name not in (HOST, *nvrtc.ARCHES):
        raise argparse.ArgumentTypeError(
            f"unknown architecture {name!r}: there are {', '.join((HOST, *nvrtc.ARCHES))}"
        )
    return name


def _hexadecimal(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not hexadecimal")
    if len(text) != 2 * HEADER_BYTES:
        raise argparse.ArgumentTypeError(
            f"a header has {2 * HEADER_BYTES} hexadecimal digits, this one has {len(text)}"
        )
    return bytes.fromhex(text)


def _nonce(text: str) -> int:
    if not re.fullmatch(r"[0-9a-fA-F]{1,8}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a nonce: up to 8 hexadecimal digits without 0x")
    return int(text, 16)


def _height(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a height: a decimal number")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
