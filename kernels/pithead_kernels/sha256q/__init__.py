"""SHA-256 four times over the header; the kernel is sha256d's."""

from pithead_kernels.sha256d import repeated
from pithead_kernels.sha256q.reference import sha256q

ALGORITHM = repeated("sha256q", 4, sha256q)
