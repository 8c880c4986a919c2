"""Compiling and caching of kernels: for the host by a C++ compiler, for GPUs by NVRTC."""

from pithead_kernels.build.cache import BuildError

__all__ = ["BuildError"]
