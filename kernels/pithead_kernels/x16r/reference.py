"""x16r by the references of the functions in common/."""

from importlib import import_module

from pithead_kernels.x16r.order import x16r_order


def chain(header: bytes, order: tuple[str, ...]) -> bytes:
    """Hash a header by one function after the other, each over the 64 bytes before; return the first 32 bytes of the last."""
    message = header
    for name in order:
        function = getattr(import_module(f"pithead_kernels.common.{name}"), name)
        message = function(message).ljust(64, b"\0")
    return message[:32]


def x16r(header: bytes) -> bytes:
    """80-byte header -> 32-byte hash, a little-endian number."""
    return chain(header, x16r_order(header))
