"""SHA-256 twice over the header: Bitcoin's proof of work."""

from collections.abc import Callable

from pithead_kernels.algorithm import Algorithm, Kernel, Program
from pithead_kernels.sha256d.reference import sha256d


def repeated(name: str, times: int, reference: Callable[[bytes], bytes]) -> Algorithm:
    """Return the algorithm that hashes a header by SHA-256 so many times (2 to 4)."""
    program = Program("sha256d/search.cu", (("TIMES", str(times)), ("LANE_BYTES", "4")))
    search = (Kernel(program, "search", "search_prepare"),)
    digest = (Kernel(program, "search_digest", "search_prepare"),)
    return Algorithm(
        name=name,
        digest=lambda header: digest,
        search=lambda header: search,
        reference=reference,
        programs=(program,),
    )


ALGORITHM = repeated("sha256d", 2, sha256d)
