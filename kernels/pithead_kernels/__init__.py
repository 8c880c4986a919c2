"""Proof-of-work kernels: CUDA C++ sources, their Python references, their test vectors and their build."""

from pithead_kernels.algorithm import Algorithm, Kernel, Program
from pithead_kernels.registry import ALGORITHMS, UnknownAlgorithm, find

__all__ = ["ALGORITHMS", "Algorithm", "Kernel", "Program", "UnknownAlgorithm", "find"]
