"""SHA-256 three times over the header; the kernel is sha256d's."""

from pithead_kernels.sha256d import repeated
from pithead_kernels.sha256t.reference import sha256t

ALGORITHM = repeated("sha256t", 3, sha256t)
