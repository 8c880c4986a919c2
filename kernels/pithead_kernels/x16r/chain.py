"""The kernels of x16r and x16rv2: one for each function and position, chained over the 64-byte state of each nonce."""

from collections.abc import Callable

from pithead_kernels.algorithm import Algorithm, Kernel, Program

LANE_BYTES = {
    **dict.fromkeys(("blake512", "bmw512", "jh512", "keccak512", "skein512", "tiger", "echo512", "shavite512"), 8),
    **dict.fromkeys(("luffa512", "cubehash512", "simd512", "hamsi512", "sha512"), 4),
    **dict.fromkeys(("shabal512",), 2),
    **dict.fromkeys(("groestl512", "whirlpool", "fugue512"), 1),
}
"""Bytes of a host vector that one nonce takes in each function: the fastest on AVX-512, measured by bench/kernels.py."""

FILTER = Kernel(Program("x16r/filter.cu"), "filter")
"""Ends a chain of a search."""


def stage(name: str) -> Program:
    """Return the program of a function in common/: its kernel for the 80-byte header and its kernel for 64-byte messages."""
    tunables = (("FUNCTION", name), ("HEADER", f'"{name}.h"'), ("LANE_BYTES", str(LANE_BYTES[name])))
    return Program("x16r/stage.cu", tunables)


def chained(order: tuple[str, ...]) -> tuple[Kernel, ...]:
    """Return the kernels that hash a header by these functions, one after the other."""
    first = Kernel(stage(order[0]), "stage_first", "stage_prepare")
    return (first, *(Kernel(stage(name), "stage_next") for name in order[1:]))


def chain_algorithm(
    name: str,
    order: Callable[[bytes], tuple[str, ...]],
    functions: tuple[str, ...],
    reference: Callable[[bytes], bytes],
) -> Algorithm:
    """Return the algorithm that hashes a header by some of `functions` in the order that the header itself sets."""
    return Algorithm(
        name=name,
        digest=lambda header: chained(order(header)),
        search=lambda header: (*chained(order(header)), FILTER),
        reference=reference,
        programs=(*map(stage, functions), FILTER.program),
        share_multiplier=256,
    )
