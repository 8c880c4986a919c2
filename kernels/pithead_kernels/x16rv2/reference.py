"""x16rv2 by the references of the functions in common/."""

from pithead_kernels.x16r.order import x16rv2_order
from pithead_kernels.x16r.reference import chain


def x16rv2(header: bytes) -> bytes:
    """80-byte header -> 32-byte hash, a little-endian number."""
    return chain(header, x16rv2_order(header))
