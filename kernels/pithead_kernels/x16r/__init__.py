"""Sixteen 512-bit hash functions in an order that the previous block's hash sets: Ravencoin's first proof of work."""

from pithead_kernels.x16r.chain import chain_algorithm
from pithead_kernels.x16r.order import FUNCTIONS, x16r_order
from pithead_kernels.x16r.reference import x16r

ALGORITHM = chain_algorithm("x16r", x16r_order, FUNCTIONS, x16r)
