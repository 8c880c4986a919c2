"""In which order the sixteen functions hash a header."""

FUNCTIONS = (
    *("blake512", "bmw512", "groestl512", "jh512", "keccak512", "skein512", "luffa512", "cubehash512"),
    *("shavite512", "simd512", "echo512", "hamsi512", "fugue512", "shabal512", "whirlpool", "sha512"),
)
"""Each function stands at the place of the hexadecimal digit that chooses it (Ravencoin, src/hash.h, HashX16R)."""

TIGER_FIRST = frozenset({"keccak512", "luffa512", "sha512"})
"""The functions that x16rv2 lets hash a Tiger digest of their message (Ravencoin, src/hash.h, HashX16RV2)."""

_PREVIOUS_BLOCK = slice(4, 36)


def x16r_order(header: bytes) -> tuple[str, ...]:
    """Return the sixteen functions: the last 16 hexadecimal digits of the previous block's hash in display order name them."""
    digits = header[_PREVIOUS_BLOCK][::-1].hex()[-16:]
    return tuple(FUNCTIONS[int(digit, 16)] for digit in digits)


def x16rv2_order(header: bytes) -> tuple[str, ...]:
    """Return x16r's order with a step of Tiger, its digest padded with zeros to 64 bytes, before each function that asks for it."""
    steps: list[str] = []
    for name in x16r_order(header):
        steps += ["tiger", name] if name in TIGER_FIRST else [name]
    return tuple(steps)
